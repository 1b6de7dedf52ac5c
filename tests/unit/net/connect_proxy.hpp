#pragma once

#include "unit/net/socket_io.hpp"

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace site::test {

/// An HTTP proxy that knows CONNECT only, and leads every tunnel to one port of this machine.
class ConnectProxy {
public:
    explicit ConnectProxy(std::uint16_t leads_to, std::string answer = "HTTP/1.1 200 OK\r\n\r\n");
    ~ConnectProxy();
    ConnectProxy(const ConnectProxy&) = delete;
    ConnectProxy& operator=(const ConnectProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
    /// The requests as they came.
    [[nodiscard]] std::vector<std::string> requests() const;

private:
    void accept_all();
    void serve(int client);

    std::uint16_t leads_to_;
    std::string answer_;
    Listener listener_;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace site::test
