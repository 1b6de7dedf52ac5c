#pragma once

#include "unit/net/certificates.hpp"
#include "unit/net/socket_io.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace site::test {

/// What a server does with one request: exactly these bytes, then that.
struct Reply {
    enum class Then { keep, close, reset, hang, drip };
    std::string bytes;
    Then then = Then::keep; ///< hang: until the client leaves. drip: a byte each 10 ms until then
};

/// A whole answer with Content-Length.
std::string answer(int status, std::string_view body, std::string_view headers = "",
    std::string_view type = "application/json");

/// Serves each connection in a thread of its own, with plain blocking sockets. Everything ends with it.
class ScriptedServer {
public:
    /// Called with the whole request, from several threads at once.
    using Script = std::function<Reply(const std::string& request)>;

    explicit ScriptedServer(Script script);
    ScriptedServer(Script script, const Certificate& certificate, int newest_tls = 0);
    ~ScriptedServer();
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return listener_.port(); }
    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] int handshakes() const { return handshakes_; }
    [[nodiscard]] std::vector<std::string> requests() const;
    /// Requests that begin so.
    [[nodiscard]] int count(std::string_view beginning) const;
    /// The most requests that were being answered at the same time.
    [[nodiscard]] int most_at_once() const;

private:
    void accept_all();
    void serve(Peer& peer);
    bool act(Peer& peer, const Reply& reply);

    Script script_;
    SSL_CTX* tls_ = nullptr;
    Listener listener_;
    std::atomic<int> connections_ = 0;
    std::atomic<int> handshakes_ = 0;
    std::atomic<bool> ending_ = false;
    mutable std::mutex mutex_;
    std::vector<std::string> requests_;
    int at_once_ = 0;
    int most_at_once_ = 0;
    std::list<Peer> peers_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

} // namespace site::test
