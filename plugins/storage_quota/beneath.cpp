#include "storage_quota/beneath.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace site {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr const char* retired_folder = ".retired"; // no project or person can be called so

Error os_error(const std::string& doing, int number)
{
    const auto code = number == ENOENT ? Errc::not_found : number == EEXIST ? Errc::conflict : Errc::internal;
    return { code, doing + ": " + std::generic_category().message(number) };
}

Result<std::vector<std::string>> parts_of(const std::string& path)
{
    std::vector<std::string> parts;
    std::size_t from = 0;
    while (from <= path.size()) {
        const auto to = std::min(path.find('/', from), path.size());
        parts.push_back(path.substr(from, to - from));
        from = to + 1;
    }
    for (const auto& part : parts)
        if (part.empty() || part.front() == '.' || part.size() > NAME_MAX)
            return Error { Errc::invalid, "path " + cited(path, 256) + " has a part that can't be used" };
    return parts;
}

/// One part below a directory that is open.
Result<Fd> open_part(int parent, const std::string& part, const std::string& path)
{
    Fd fd(::openat(parent, part.c_str(), directory_flags));
    if (fd)
        return fd;
    const int number = errno;
    struct stat status { };
    if ((number == ELOOP || number == ENOTDIR)
        && ::fstatat(parent, part.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return Error { Errc::refused,
            cited(path, 256) + ": " + cited(part, 256)
                + (S_ISLNK(status.st_mode) ? " is a symbolic link, which is not followed"
                                           : " is not a directory") };
    return os_error("opening " + cited(path, 256), number);
}

/// The parent of the last part, made where it is missing.
Result<Fd> parent_of(int root, const std::vector<std::string>& parts, const std::string& path)
{
    Fd at(::openat(root, ".", directory_flags));
    if (!at)
        return os_error("opening the root of " + cited(path, 256), errno);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        auto next = open_part(at.number(), parts[i], path);
        if (!next && next.error().code == Errc::not_found) {
            if (::mkdirat(at.number(), parts[i].c_str(), 0755) != 0 && errno != EEXIST)
                return os_error("making " + cited(parts[i], 256) + " of " + cited(path, 256), errno);
            next = open_part(at.number(), parts[i], path);
            if (next && ::fchmod(next->number(), 0755) != 0) // whatever the umask is
                return os_error("setting the mode of " + cited(parts[i], 256), errno);
        }
        if (!next)
            return next;
        at = std::move(*next);
    }
    return at;
}

int rename_to_new(int from_parent, const std::string& from, int to_parent, const std::string& to)
{
    if (::syscall(
            SYS_renameat2, from_parent, from.c_str(), to_parent, to.c_str(), unsigned { RENAME_NOREPLACE })
        == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    // A file system that doesn't know the flag: looked at before instead.
    struct stat status { };
    if (::fstatat(to_parent, to.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
        errno = EEXIST;
        return -1;
    }
    return errno == ENOENT ? ::renameat(from_parent, from.c_str(), to_parent, to.c_str()) : -1;
}

/// Whether the name stands for what the descriptor has open.
bool stands_for(int parent, const std::string& name, int fd)
{
    struct stat by_name { };
    struct stat by_fd { };
    return ::fstatat(parent, name.c_str(), &by_name, AT_SYMLINK_NOFOLLOW) == 0 && ::fstat(fd, &by_fd) == 0
        && by_name.st_dev == by_fd.st_dev && by_name.st_ino == by_fd.st_ino;
}

} // namespace

Result<Fd> open_root(const std::string& path)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd)
        return os_error("opening " + cited(path, 256), errno);
    return fd;
}

Result<std::optional<Fd>> open_beneath(int root, const std::string& path)
{
    const auto parts = parts_of(path);
    if (!parts)
        return parts.error();
    Fd at;
    for (const auto& part : *parts) {
        auto next = open_part(at ? at.number() : root, part, path);
        if (!next && next.error().code == Errc::not_found)
            return std::optional<Fd> {};
        if (!next)
            return next.error();
        at = std::move(*next);
    }
    return std::optional<Fd>(std::move(at));
}

Result<DirectoryInMaking> DirectoryInMaking::begin(
    int root, const std::string& path, const NewDirectory& wanted)
{
    const auto parts = parts_of(path);
    if (!parts)
        return parts.error();
    DirectoryInMaking making(path, wanted);
    making.name_ = parts->back();
    auto parent = parent_of(root, *parts, path);
    if (!parent)
        return parent.error();
    making.parent_ = std::move(*parent);
    struct stat status { };
    if (::fstatat(making.parent_.number(), making.name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return Error { Errc::conflict, cited(path, 256) + " is there already" };
    // One that an earlier run left is empty, or it is not ours.
    const auto working = ".site-agent." + making.name_.substr(0, NAME_MAX - 16);
    ::unlinkat(making.parent_.number(), working.c_str(), AT_REMOVEDIR);
    if (::mkdirat(making.parent_.number(), working.c_str(), 0700) != 0)
        return os_error("making " + cited(path, 256), errno);
    making.working_name_ = working;
    auto made = open_part(making.parent_.number(), working, path);
    if (!made)
        return made.error();
    making.made_ = std::move(*made);
    if (::fstat(making.fd(), &status) != 0 || status.st_uid != ::geteuid() || status.st_nlink > 2)
        return Error { Errc::refused, cited(path, 256) + ": somebody put another directory in its place" };
    return making;
}

DirectoryInMaking::~DirectoryInMaking()
{
    if (made_ && !working_name_.empty() && stands_for(parent_.number(), working_name_, fd()))
        ::unlinkat(parent_.number(), working_name_.c_str(), AT_REMOVEDIR);
}

Result<void> DirectoryInMaking::give_name()
{
    // The owner first: chown(2) clears the set-group-id bit.
    if (::fchown(fd(), wanted_.owner, wanted_.group) != 0)
        return os_error("giving " + cited(path_, 256) + " to its owner", errno);
    if (::fchmod(fd(), wanted_.mode) != 0)
        return os_error("setting the mode of " + cited(path_, 256), errno);
    if (rename_to_new(parent_.number(), working_name_, parent_.number(), name_) != 0)
        return os_error("naming " + cited(path_, 256), errno);
    working_name_.clear();
    if (!stands_for(parent_.number(), name_, fd()))
        return Error { Errc::refused, cited(path_, 256) + ": somebody put another directory in its place" };
    if (::fsync(parent_.number()) != 0)
        return os_error("writing " + cited(path_, 256) + " to the disk", errno);
    return {};
}

Result<std::string> move_aside(int root, const std::string& path, const std::string& date)
{
    const auto parts = parts_of(path);
    if (!parts)
        return parts.error();
    auto there = open_beneath(root, path);
    if (!there)
        return there.error();
    if (!*there)
        return Error { Errc::not_found, cited(path, 256) + " is not there" };
    auto parent = parent_of(root, *parts, path);
    if (!parent)
        return parent.error();
    if (::mkdirat(root, retired_folder, 0700) != 0 && errno != EEXIST)
        return os_error(std::string("making the folder ") + retired_folder, errno);
    auto retired = open_part(root, retired_folder, retired_folder);
    if (!retired)
        return retired.error();
    struct stat status { };
    if (::fstat(retired->number(), &status) != 0 || status.st_uid != ::geteuid()
        || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return Error { Errc::refused,
            std::string("the folder ") + retired_folder
                + " belongs to somebody else or is writable for others" };
    auto name = path;
    std::replace(name.begin(), name.end(), '/', '+');
    name = name.substr(0, NAME_MAX - 20) + "." + date;
    for (int copy = 1; copy <= 1000; ++copy) {
        const auto to = copy == 1 ? name : name + "-" + std::to_string(copy);
        if (rename_to_new(parent->number(), parts->back(), retired->number(), to) == 0) {
            if (!stands_for(retired->number(), to, (*there)->number()))
                return Error { Errc::refused,
                    cited(path, 256) + ": somebody put something else in its place, which is in "
                        + retired_folder + " now" };
            return std::string(retired_folder) + "/" + to;
        }
        if (errno != EEXIST && errno != ENOTEMPTY)
            return os_error("moving " + cited(path, 256) + " aside", errno);
    }
    return Error { Errc::refused, cited(path, 256) + " was moved aside too often on one day" };
}

} // namespace site
