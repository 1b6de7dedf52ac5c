#include "storage_quota/project_tree.hpp"

#include "api/fd.hpp"
#include "model/identifier.hpp"
#include "storage_quota/project_ids.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace site {
namespace {

constexpr const char* mark = "trusted.site_agent.tree"; ///< `ID POSITION` while a walk is under way
constexpr std::size_t longest_position = 2048; ///< an attribute must fit into a block
constexpr std::size_t deepest = 400; ///< each level holds a descriptor
constexpr std::uint64_t marked_every = 20'000; ///< entries
constexpr std::chrono::seconds longest_step { 60 };

Error os_error(const std::string& doing, int number)
{
    return { Errc::internal, doing + ": " + std::generic_category().message(number) };
}

Result<std::optional<std::string>> read_mark(int directory)
{
    std::array<char, longest_position + 32> text {};
    const auto length = ::fgetxattr(directory, mark, text.data(), text.size());
    if (length >= 0)
        return std::optional(std::string(text.data(), static_cast<std::size_t>(length)));
    if (errno == ENODATA || errno == EOPNOTSUPP)
        return std::optional<std::string> {};
    return os_error("reading how far a project id was given", errno);
}

struct Level {
    Fd directory;
    std::vector<std::string> names; ///< sorted, so that a position means the same later
    std::size_t next = 0;
};

Result<Level> open_level(Fd directory)
{
    Level level { std::move(directory), {} };
    const int copy = ::fcntl(level.directory.number(), F_DUPFD_CLOEXEC, 0);
    if (copy < 0)
        return os_error("reading a directory", errno);
    DIR* stream = ::fdopendir(copy);
    if (stream == nullptr) {
        ::close(copy);
        return os_error("reading a directory", errno);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> closed(stream, ::closedir);
    ::rewinddir(stream);
    errno = 0;
    while (const auto* entry = ::readdir(stream)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..")
            level.names.push_back(name);
        errno = 0;
    }
    if (errno != 0)
        return os_error("reading a directory", errno);
    std::sort(level.names.begin(), level.names.end());
    return level;
}

class Walk {
public:
    Walk(int top, std::uint32_t id, std::uint64_t most) : top_(top), id_(id), most_(most) { }

    Result<TreeStep> run()
    {
        if (auto begun = begin(); !begun)
            return begun.error();
        while (!levels_.empty()) {
            if (step_.entries >= most_ || std::chrono::steady_clock::now() >= end_)
                return stop();
            auto& level = levels_.back();
            if (level.next == level.names.size()) {
                leave();
                continue;
            }
            if (auto done = entry(level.names[level.next]); !done)
                return done.error().in("at " + cited(position(), 256));
            if (step_.entries >= marked_at_ + marked_every)
                if (auto kept = keep_position(); !kept)
                    return kept.error();
        }
        if (::fremovexattr(top_, mark) != 0 && errno != ENODATA)
            return os_error("noting the end of a walk", errno);
        step_.whole = true;
        return std::move(step_);
    }

private:
    Result<void> begin()
    {
        struct stat status { };
        if (::fstat(top_, &status) != 0)
            return os_error("looking at the directory", errno);
        device_ = status.st_dev;
        const auto before = read_mark(top_);
        if (!before)
            return before.error();
        const auto head = std::to_string(id_) + " ";
        if (*before && (*before)->starts_with(head))
            resume(before->value().substr(head.size()));
        else if (::fsetxattr(top_, mark, head.data(), head.size(), 0) != 0)
            return os_error("noting the begin of a walk", errno);
        if (auto set = set_project_id(top_, { id_, true }); !set)
            return set.error();
        auto level = open_level(Fd(::openat(top_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)));
        if (!level)
            return level.error();
        enter(std::move(*level));
        return {};
    }

    void resume(const std::string& position)
    {
        std::size_t from = 0;
        while (from < position.size()) {
            const auto to = std::min(position.find('/', from), position.size());
            resumed_.push_back(position.substr(from, to - from));
            from = to + 1;
        }
        done_ = position;
    }

    /// Passes over what was done before: the names up to the one that the position goes through.
    void enter(Level level)
    {
        const auto depth = levels_.size();
        if (depth < resumed_.size()) {
            const bool last = depth + 1 == resumed_.size();
            const auto& name = resumed_[depth];
            const auto at = last ? std::upper_bound(level.names.begin(), level.names.end(), name)
                                 : std::lower_bound(level.names.begin(), level.names.end(), name);
            level.next = static_cast<std::size_t>(at - level.names.begin());
            const bool through = !last && at != level.names.end() && *at == name;
            if (!through)
                resumed_.clear();
        }
        levels_.push_back(std::move(level));
    }

    void leave()
    {
        levels_.pop_back();
        resumed_.clear();
        if (levels_.empty())
            return;
        done_ = position();
        ++levels_.back().next;
    }

    /// The path of what is at hand.
    [[nodiscard]] std::string position() const
    {
        std::string path;
        for (const auto& level : levels_)
            if (level.next < level.names.size())
                path += (path.empty() ? "" : "/") + level.names[level.next];
        return path;
    }

    Result<void> entry(const std::string& name)
    {
        step_.entries += resumed_.empty() ? 1 : 0; // on the way back to where it was, it counts for nothing
        const int parent = levels_.back().directory.number();
        struct stat status { };
        if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
            return errno == ENOENT ? passed() : os_error("looking at it", errno);
        const bool directory = S_ISDIR(status.st_mode);
        if ((!directory && !S_ISREG(status.st_mode)) || status.st_dev != device_)
            return passed();
        Fd fd(::openat(parent, name.c_str(),
            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (directory ? O_DIRECTORY : 0)));
        if (!fd)
            return errno == ENOENT || errno == ELOOP || errno == ENOTDIR || errno == ENXIO
                ? passed() // gone or another thing by now
                : os_error("opening it", errno);
        struct stat opened { };
        if (::fstat(fd.number(), &opened) != 0)
            return os_error("looking at it", errno);
        if (opened.st_dev != device_ || (opened.st_mode & S_IFMT) != (status.st_mode & S_IFMT))
            return passed();
        const auto held = project_id(fd.number());
        if (!held)
            return held.error();
        if (held->id != 0 && held->id != id_) {
            ++step_.foreign;
            return passed();
        }
        if (held->id != id_ || held->inherited != directory) {
            if (auto set = set_project_id(fd.number(), { id_, directory }); !set)
                return set.error();
            ++step_.changed;
        }
        if (!directory)
            return passed();
        if (levels_.size() >= deepest)
            return Error { Errc::refused,
                "it lies more than " + std::to_string(deepest) + " directories deep" };
        auto level = open_level(std::move(fd));
        if (!level)
            return level.error();
        enter(std::move(*level));
        return {};
    }

    Result<void> passed()
    {
        done_ = position();
        ++levels_.back().next;
        return {};
    }

    Result<void> keep_position()
    {
        marked_at_ = step_.entries;
        if (done_.size() > longest_position)
            return {}; // the one before is good too: what lies between is looked at again
        const auto text = std::to_string(id_) + " " + done_;
        if (::fsetxattr(top_, mark, text.data(), text.size(), 0) != 0)
            return os_error("noting how far a walk came", errno);
        return {};
    }

    Result<TreeStep> stop()
    {
        if (auto kept = keep_position(); !kept)
            return kept.error();
        step_.position = done_;
        return std::move(step_);
    }

    const int top_;
    const std::uint32_t id_;
    const std::uint64_t most_;
    const std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + longest_step;
    dev_t device_ = 0;
    std::vector<Level> levels_;
    std::vector<std::string> resumed_; ///< parts of the position that is still to be reached
    std::string done_;
    std::uint64_t marked_at_ = 0;
    TreeStep step_;
};

} // namespace

Result<ProjectTree> project_tree(int directory)
{
    const auto held = project_id(directory);
    if (!held)
        return held.error();
    const auto under_way = read_mark(directory);
    if (!under_way)
        return under_way.error();
    return ProjectTree { held->id, held->inherited && !*under_way };
}

Result<TreeStep> give_project_id(int directory, std::uint32_t id, std::uint64_t most)
{
    return Walk(directory, id, std::max<std::uint64_t>(most, 1)).run();
}

} // namespace site
