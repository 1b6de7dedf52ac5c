#include "system/system_log.hpp"

#include "api/fd.hpp"
#include "system/os_error.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

namespace site {

Result<void> tell_system_log(std::string_view line, const std::filesystem::path& socket)
{
    const std::string what = "telling the system's log at \"" + socket.string() + "\"";
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const auto& path = socket.native();
    if (path.size() >= sizeof address.sun_path)
        return Error { Errc::invalid, what + ": the path is too long" };
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const Fd fd { ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) };
    if (!fd)
        return os_error(what, errno);
    // The union of all socket addresses, as connect(2) wants it.
    if (::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return os_error(what, errno);
    std::string datagram
        = "<" + std::to_string(LOG_DAEMON | LOG_NOTICE) + ">site-agent[" + std::to_string(::getpid()) + "]: ";
    for (const char c : line)
        datagram += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? '?' : c;
    if (::write(fd.number(), datagram.data(), datagram.size()) < 0)
        return os_error(what, errno);
    return {};
}

} // namespace site
