#pragma once

#include "api/change.hpp"
#include "model/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace site {

/// What a change of a directory says.
std::optional<std::uint32_t> id_after(const Change&, Name field);
std::optional<mode_t> mode_after(const Change&);

/// Where a change is carried out.
struct DirectoryPlace {
    int root = -1; ///< the volume's, open
    std::string path; ///< below it
    std::uint64_t tree_step = 0; ///< entries that are given a project id in one call
    std::function<void(std::uint64_t entries)>
        foreign {}; ///< told of entries that bear another id and were left
};

/// Makes, changes, or moves aside; repeatable. A project id that is not yet everywhere beneath is `conflict`.
Result<void> change_directory(const DirectoryPlace&, const Change&);

/// The commands that do about the same, for people. `path` is absolute.
std::vector<std::string> directory_commands(const Change&, const std::string& root, const std::string& path);

} // namespace site
