#include "config/endpoint_check.hpp"

#include "config/listen_address.hpp"

#include <algorithm>

namespace site::detail {

void check_endpoint(Reading& reading)
{
    const auto& endpoint = reading.config.endpoint;
    const std::string section = "endpoint.";
    const auto problem = [&](const std::string& word, const std::string& text) {
        reading.problem(reading.given[section + word], section + word, text);
    };
    const auto given = [&](const std::string& word) {
        return reading.has(section + word) && reading.good(section + word);
    };
    if (given("token_file") && given("token_credential"))
        problem("token_credential",
            "is given beside token_file, allowed is at most one of token_file or token_credential");
    const auto& portals = reading.config.portals;
    // Who may read reports would else be able to write them at the portal.
    const bool is_the_portals = std::any_of(portals.begin(), portals.end(), [&](const PortalConfig& portal) {
        return !portal.token.file.empty() && portal.token.file == endpoint.token.file;
    });
    if (given("token_file") && is_the_portals)
        problem("token_file", "is the portal's token, allowed is a token of its own");
    const auto address = given("listen") ? parse_listen_address(endpoint.listen)
                                         : Result<ListenAddress>(Error { Errc::invalid, "" });
    if (!address) {
        if (!reading.has("endpoint.listen"))
            for (const auto* word : { "group", "token_file", "token_credential", "hosts" })
                if (given(word) && !(word == std::string("hosts") && endpoint.hosts.empty()))
                    problem(word, "is given, but nothing listens, allowed is only beside listen");
        return;
    }
    if (given("group") && !address->is_socket())
        problem("group", "is given, but listen is no socket, allowed is only beside unix:");
    const bool has_token = reading.has("endpoint.token_file") || reading.has("endpoint.token_credential");
    if (!address->is_local() && !has_token)
        problem("listen",
            "can be reached from other machines and has no token, allowed is a loopback address, a socket, "
            "or "
            "token_file or token_credential beside it");
}

} // namespace site::detail
