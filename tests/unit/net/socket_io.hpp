#pragma once
// Blocking sockets on loopback, with or without TLS, for the servers of the tests.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace site::test {

/// A socket that listens on 127.0.0.1, on a port that the kernel picks.
class Listener {
public:
    Listener();
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// -1 once stopped.
    [[nodiscard]] int accept() const;
    void stop();

private:
    int fd_ = -1;
    std::uint16_t port_ = 0;
};

/// Connects to 127.0.0.1; -1 when nobody listens.
int connect_to(std::uint16_t port);

/// One accepted connection. Closed by its destructor.
class Peer {
public:
    explicit Peer(int fd) : fd_(fd) { }
    ~Peer();
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    /// Server side of a handshake; false when the client breaks it off.
    bool shake_hands(SSL_CTX* context);
    /// Up to the empty line and the body that Content-Length tells; none at the end of the stream.
    std::optional<std::string> request();
    bool write(std::string_view bytes);
    /// Until the client is gone.
    void wait_for_end();
    /// Ends with a TCP reset instead of an orderly end.
    void reset();
    [[nodiscard]] int fd() const { return fd_; }

private:
    long read(char* into, std::size_t size);

    int fd_;
    SSL* ssl_ = nullptr;
    std::string left_;
};

} // namespace site::test
