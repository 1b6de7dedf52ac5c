#include "endpoint/listening_socket.hpp"

#include "model/identifier.hpp"
#include "system/os_error.hpp"
#include "system/people.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

namespace site {
namespace {

constexpr int backlog = 64;

sockaddr_un unix_address(const std::filesystem::path& file)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, file.c_str(), sizeof address.sun_path - 1); // its length is checked before
    return address;
}

template <class Address> const sockaddr* as_sockaddr(const Address& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}

Result<Fd> made_socket(int family)
{
    Fd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd)
        return os_error("making a socket", errno);
    return fd;
}

/// That the name is free, or was left behind.
Result<void> check_place(const std::filesystem::path& file, Takeover takeover)
{
    struct stat found { };
    if (::lstat(file.c_str(), &found) != 0)
        return errno == ENOENT ? Result<void> {} : Result<void>(os_error("looking at it", errno));
    if (!S_ISSOCK(found.st_mode))
        return Error { Errc::refused, "there is something that is no socket" };
    if (takeover == Takeover::yes)
        return {};
    auto probe = made_socket(AF_UNIX);
    if (!probe)
        return probe.error();
    const auto address = unix_address(file);
    if (::connect(probe->number(), as_sockaddr(address), sizeof address) == 0)
        return Error { Errc::conflict, "another process listens there" };
    if (errno != ECONNREFUSED)
        return os_error("asking whether somebody listens there", errno);
    return {};
}

Result<void> open_to_group(const std::filesystem::path& file, const std::string& group)
{
    if (group.empty()) {
        if (::chmod(file.c_str(), 0600) != 0)
            return os_error("closing it to others", errno);
        return {};
    }
    const auto gid = group_id(group);
    if (!gid)
        return gid.error().in("group " + cited(group));
    if (!*gid)
        return Error { Errc::not_found, "there is no group " + cited(group) };
    if (::lchown(file.c_str(), static_cast<uid_t>(-1), **gid) != 0)
        return os_error("giving it to the group " + cited(group)
                + " (the agent's user must be in it: SupplementaryGroups= in a drop-in of the unit)",
            errno);
    if (::chmod(file.c_str(), 0660) != 0)
        return os_error("opening it to its group", errno);
    return {};
}

Result<Fd> unix_socket(const std::filesystem::path& file, const std::string& group, Takeover takeover)
{
    if (auto place = check_place(file, takeover); !place)
        return place.error();
    auto fd = made_socket(AF_UNIX);
    if (!fd)
        return fd.error();
    auto draft = file;
    draft += ".new";
    ::unlink(draft.c_str());
    const auto address = unix_address(draft);
    // Whoever connects before it listens is refused by the kernel, so its mode may follow.
    if (::bind(fd->number(), as_sockaddr(address), sizeof address) != 0)
        return os_error("making it", errno);
    auto ready = open_to_group(draft, group);
    if (ready && ::listen(fd->number(), backlog) != 0)
        ready = os_error("listening", errno);
    if (ready && ::rename(draft.c_str(), file.c_str()) != 0)
        ready = os_error("giving it its name", errno);
    if (!ready) {
        ::unlink(draft.c_str());
        return ready.error();
    }
    return fd;
}

template <class Address> Result<Fd> bound(int family, const Address& address)
{
    auto fd = made_socket(family);
    if (!fd)
        return fd.error();
    const int on = 1; // what waits for its end after a restart is in nobody's way
    if (::setsockopt(fd->number(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
        || ::bind(fd->number(), as_sockaddr(address), sizeof address) != 0
        || ::listen(fd->number(), backlog) != 0)
        return Error { Errc::conflict, std::strerror(errno) };
    return fd;
}

Result<Fd> tcp_socket(const ListenAddress& address)
{
    sockaddr_in four {};
    four.sin_family = AF_INET;
    four.sin_port = htons(address.port);
    if (::inet_pton(AF_INET, address.host.c_str(), &four.sin_addr) == 1)
        return bound(AF_INET, four);
    sockaddr_in6 six {};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(address.port);
    if (::inet_pton(AF_INET6, address.host.c_str(), &six.sin6_addr) == 1)
        return bound(AF_INET6, six);
    return Error { Errc::invalid, "it is no address" };
}

std::pair<std::uint64_t, std::uint64_t> identity_of(const std::filesystem::path& file)
{
    struct stat found { };
    if (file.empty() || ::lstat(file.c_str(), &found) != 0)
        return {};
    return { found.st_dev, found.st_ino };
}

} // namespace

ListeningSocket::ListeningSocket(Fd fd, std::filesystem::path file)
    : fd_(std::move(fd)), file_(std::move(file)), identity_(identity_of(file_))
{
}

ListeningSocket::~ListeningSocket()
{
    if (!file_.empty() && identity_of(file_) == identity_)
        ::unlink(file_.c_str());
}

Result<std::unique_ptr<ListeningSocket>> ListeningSocket::open(
    const ListenAddress& address, const std::string& group, Takeover takeover)
{
    auto fd = address.is_socket() ? unix_socket(address.socket, group, takeover) : tcp_socket(address);
    if (!fd)
        return fd.error().in("listening on " + text(address));
    return std::unique_ptr<ListeningSocket>(new ListeningSocket(std::move(*fd), address.socket));
}

} // namespace site
