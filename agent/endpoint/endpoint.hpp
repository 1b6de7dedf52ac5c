#pragma once

#include "config/config.hpp"
#include "config/listen_address.hpp"
#include "endpoint/http_server.hpp"
#include "endpoint/listening_socket.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace site {

/// The daemon's local HTTP endpoint: the report documents under the portal's own paths, and how the agent is,
/// made of the store at each request. It reads the store by connections of its own, writes nothing, and logs
/// nothing itself.
class Endpoint {
public:
    explicit Endpoint(const Clock& clock) : clock_(clock) { }

    /// Listens as the configuration says, or no more. When it serves already, only what differs changes:
    /// connections stay where the address does. On an error all is as it was.
    Result<void> serve(const Config&);
    /// Where it listens; empty: nowhere.
    [[nodiscard]] std::string where() const { return address_ ? text(*address_) : std::string {}; }
    /// Why the last request of any kind of reports could not be answered; none: it could. For the log, from
    /// any thread.
    [[nodiscard]] std::optional<std::string> trouble() const;
    /// Lets answers under way end, for two seconds at most.
    void stop();

private:
    Result<HttpServer::Handler> handler(const Config&);
    void tell(const std::string& kind, const Error*);

    const Clock& clock_;
    mutable std::mutex mutex_;
    std::map<std::string, std::string> troubles_; ///< by kind
    std::optional<ListenAddress> address_;
    std::string group_;
    std::unique_ptr<ListeningSocket> socket_;
    std::unique_ptr<HttpServer> server_; // after what its handler uses
};

} // namespace site
