#pragma once

#include "api/fd.hpp"
#include "model/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

namespace site {

/// Directories below a folder in which others may write. No symbolic link is ever followed, in no part of a
/// path: each part is opened by the descriptor of the one before (openat(2) with O_NOFOLLOW).

/// The folder itself, by its configured path, of which the site answers for every part.
Result<Fd> open_root(const std::string& path);

/// None: it, or a part before it, is not there. An Error: a part is a link or no directory, or can't be read.
Result<std::optional<Fd>> open_beneath(int root, const std::string& path);

/// What a new directory should be.
struct NewDirectory {
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0700;
};

/// Makes it, and parts before it that are missing (root's, 0755). It gets its name only when `finish` and all
/// else is done, so that it is there whole or not at all. Errors: `conflict` when the name is taken.
template <class Finish>
Result<void> make_beneath(int root, const std::string& path, const NewDirectory& wanted, Finish finish);

/// The steps of make_beneath.
class DirectoryInMaking {
public:
    static Result<DirectoryInMaking> begin(int root, const std::string& path, const NewDirectory&);
    ~DirectoryInMaking();
    DirectoryInMaking(DirectoryInMaking&&) noexcept = default;
    DirectoryInMaking& operator=(DirectoryInMaking&&) = delete;

    [[nodiscard]] int fd() const { return made_.number(); }
    Result<void> give_name();

private:
    DirectoryInMaking(std::string path, NewDirectory wanted) : path_(std::move(path)), wanted_(wanted) { }

    std::string path_;
    NewDirectory wanted_;
    Fd parent_;
    Fd made_;
    std::string name_;
    std::string working_name_; ///< empty once it bears its own
};

template <class Finish>
Result<void> make_beneath(int root, const std::string& path, const NewDirectory& wanted, Finish finish)
{
    auto making = DirectoryInMaking::begin(root, path, wanted);
    if (!making)
        return making.error();
    if (Result<void> finished = finish(making->fd()); !finished)
        return finished;
    return making->give_name();
}

/// Moves a directory into the folder `.retired` below the root (root's, 0700), under its path with `+` for
/// `/` and the date: `ocean.2026-11-27`, with `-2` and so on where that is taken. Returns where it is now.
Result<std::string> move_aside(int root, const std::string& path, const std::string& date);

} // namespace site
