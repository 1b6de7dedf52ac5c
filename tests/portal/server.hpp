#pragma once
// The HTTP server: one thread accepts, one thread serves each connection with blocking calls.
#include "http.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace site {

struct Listen {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0; ///< 0: the kernel picks
    std::string tls_certificate; ///< PEM file; empty: plain HTTP
    std::string tls_key;
};

class Server {
public:
    /// Called from many threads at once; must not throw.
    using Handler = std::function<Answer(const Request&)>;

    explicit Server(Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Starts listening. Returns why not, or an empty text.
    std::string start(const Listen& listen);
    std::uint16_t port() const;
    /// Connections accepted so far.
    std::uint64_t connections() const;
    /// Closes every connection and waits for their threads.
    void stop();

    struct State;

private:
    std::unique_ptr<State> state_;
};

} // namespace site
