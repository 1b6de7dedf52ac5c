#pragma once

#include "support/http_exchange.hpp"

#include <memory>
#include <string>

namespace site {

/// Somebody who serves the portal's report endpoints. Both have the same eight reports of each kind: of
/// climate, genome, ocean and plasma, all of brics, in September and October 2026, under the resource
/// brics.sandbox.
class ReportPeer {
public:
    virtual ~ReportPeer() = default;
    [[nodiscard]] virtual ListenAddress where() const = 0;
    /// One request with the token, as by `ask`.
    [[nodiscard]] HttpReply ask(const std::string& method, const std::string& target,
        const std::string& headers = "Authorization: Token " + token() + "\r\n") const;
    static std::string token();
};

/// The test portal, its documents put in by its control interface.
std::unique_ptr<ReportPeer> portal_peer();
/// The real agent as a service, on a port of this machine. Its documents are made of its store.
std::unique_ptr<ReportPeer> agent_peer();

/// A port of this machine that nobody uses now.
std::uint16_t free_port();

} // namespace site
