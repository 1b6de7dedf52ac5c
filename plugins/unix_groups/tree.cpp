#include "unix_groups/tree.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace site {
namespace {

constexpr std::size_t most_bytes = 64UL << 20;

Error os_error(const std::string& file, int number)
{
    return { Errc::internal, "reading " + file + ": " + std::generic_category().message(number) };
}

Result<std::string> all_of(int fd, const std::string& file)
{
    struct stat status { };
    if (::fstat(fd, &status) != 0)
        return os_error(file, errno);
    if (!S_ISREG(status.st_mode))
        return Error { Errc::invalid, "reading " + file + ": it is no regular file" };
    std::string out;
    std::size_t used = 0;
    while (true) {
        // One byte more than its size shows the end in the first call.
        if (used == out.size())
            out.resize(used == 0 ? static_cast<std::size_t>(status.st_size) + 1 : used + (1UL << 20));
        if (out.size() > most_bytes + (1UL << 20))
            return Error { Errc::invalid, "reading " + file + ": it is larger than 64 MiB" };
        const auto got = ::read(fd, out.data() + used, out.size() - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return os_error(file, errno);
        if (got == 0)
            break;
        used += static_cast<std::size_t>(got);
    }
    out.resize(used);
    return out;
}

template <class Entry>
Result<ByName<Entry>> parsed(const std::string& file, Result<ByName<Entry>> (*parse)(std::string_view text))
{
    const auto text = whole_file(file);
    if (!text)
        return text.error();
    auto out = parse(*text);
    if (!out)
        return out.error().in("reading " + file);
    return out;
}

} // namespace

Result<std::string> whole_file(const std::string& file)
{
    // Not blocking, so that a pipe of that name can't hold us.
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return os_error(file, errno);
    auto out = all_of(fd, file);
    ::close(fd);
    return out;
}

UnixTree::UnixTree(const UnixGroupsSettings& settings)
    : top_(settings.prefix.empty() ? settings.root : settings.prefix)
{
    while (!top_.empty() && top_.back() == '/')
        top_.pop_back();
}

std::string UnixTree::path(const std::string& inside) const
{
    return top_ + inside;
}

Result<ByName<GroupEntry>> UnixTree::groups() const
{
    return parsed(path("/etc/group"), parse_group);
}

Result<AccountFiles> UnixTree::read(WithShadow with_shadow) const
{
    AccountFiles out;
    auto read = groups();
    if (!read)
        return read.error();
    out.groups = std::move(*read);
    auto users = parsed(path("/etc/passwd"), parse_passwd);
    if (!users)
        return users.error();
    out.users = std::move(*users);
    if (with_shadow == WithShadow::no)
        return out;
    auto shadow = parsed(path("/etc/shadow"), parse_shadow);
    if (!shadow)
        return shadow.error();
    out.shadow = std::move(*shadow);
    return out;
}

} // namespace site
