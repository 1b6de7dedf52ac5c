#include "unit/net/socket_io.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace site::test {
namespace {

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::size_t body_length(const std::string& head)
{
    const std::string name = "Content-Length: ";
    const auto at = head.find(name);
    return at == std::string::npos ? 0 : std::strtoul(head.c_str() + at + name.size(), nullptr, 10);
}

} // namespace

Listener::Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    auto address = loopback(0);
    socklen_t size = sizeof address;
    if (fd_ < 0 || ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 64) != 0
        || ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        std::abort();
    port_ = ntohs(address.sin_port);
}

Listener::~Listener()
{
    ::close(fd_);
}

int Listener::accept() const
{
    return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
}

void Listener::stop()
{
    ::shutdown(fd_, SHUT_RDWR); // wakes accept
}

int connect_to(std::uint16_t port)
{
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    ::close(fd);
    return -1;
}

Peer::~Peer()
{
    SSL_free(ssl_);
    ::close(fd_);
}

bool Peer::shake_hands(SSL_CTX* context)
{
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    return SSL_accept(ssl_) == 1;
}

long Peer::read(char* into, std::size_t size)
{
    if (ssl_ != nullptr)
        return SSL_read(ssl_, into, static_cast<int>(size));
    return ::recv(fd_, into, size, 0);
}

std::optional<std::string> Peer::request()
{
    std::string& text = left_;
    std::array<char, 4096> buffer {};
    while (true) {
        if (const auto end = text.find("\r\n\r\n"); end != std::string::npos) {
            const auto whole = end + 4 + body_length(text.substr(0, end + 2));
            if (text.size() >= whole) {
                auto request = text.substr(0, whole);
                text.erase(0, whole);
                return request;
            }
        }
        const auto got = read(buffer.data(), buffer.size());
        if (got <= 0)
            return std::nullopt;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

bool Peer::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto part = std::min<std::size_t>(bytes.size(), 16384);
        const auto sent = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(part))
                                          : ::send(fd_, bytes.data(), part, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void Peer::wait_for_end()
{
    std::array<char, 4096> buffer {};
    while (read(buffer.data(), buffer.size()) > 0)
        ;
}

void Peer::reset()
{
    const linger at_once { .l_onoff = 1, .l_linger = 0 };
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

} // namespace site::test
