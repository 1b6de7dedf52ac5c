#include "config/key_binding.hpp"

#include "config/listen_address.hpp"

#include <algorithm>

namespace site::detail {
namespace {

constexpr auto none = Fallback::Kind::none;

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

void nothing(Target&, const Value&)
{
}

Result<std::string> checked_listen(std::string_view text)
{
    const auto address = parse_listen_address(text);
    if (!address)
        return address.error();
    return site::text(*address);
}

bool host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

Result<std::string> checked_host(std::string_view text)
{
    if (text.size() > 253 || text.front() == '.' || text.front() == '-')
        return bad("is no host name");
    if (!std::all_of(text.begin(), text.end(), host_character))
        return bad("has a character that isn't allowed");
    return std::string(text);
}

/// Agents with dots between, at least two, as OpenPortal's Destination has them.
Result<std::string> checked_destination(std::string_view text)
{
    if (text.size() > 255)
        return bad("is longer than 255 characters");
    std::size_t agents = 0;
    for (auto rest = text;; rest.remove_prefix(rest.find('.') + 1)) {
        const auto agent = rest.substr(0, rest.find('.'));
        if (agent.empty() || !label_rule.checked(agent))
            return bad("has an agent that is no name");
        ++agents;
        if (agent.size() == rest.size())
            break;
    }
    if (agents < 2)
        return bad("has less than two agents");
    return std::string(text);
}

const TextRule listen_rule { "unix:/PATH, ADDRESS:PORT or [ADDRESS]:PORT", checked_listen };
const TextRule host_rule { "a host name in lower case, without a port", checked_host };
const TextRule destination_rule {
    "an OpenPortal destination such as brics.provider.cluster: two or more names with dots between",
    checked_destination
};

} // namespace

// clang-format off
std::vector<Key> endpoint_keys()
{
    return {
        { "endpoint", SectionType {}, "{}", "Where the daemon serves the report documents, as the portal would.", nothing },
        { "endpoint.listen", TextType { &listen_rule }, none,
            "A Unix socket or an address of this machine; left out: nothing listens.", into(&EndpointConfig::listen) },
        { "endpoint.group", TextType { &local_name_rule }, none,
            "Group that may use the socket, mode 0660; left out: only the agent's own user, 0600.",
            into(&EndpointConfig::group) },
        { "endpoint.token_file", TextType { &secret_path_rule }, none,
            "File with a token of 16 characters or more that clients must send, readable by the agent alone. "
            "Needed beyond loopback.",
            into(&EndpointConfig::token, &SecretSource::file) },
        { "endpoint.token_credential", TextType { &credential_rule }, none,
            "Or the systemd credential with that token, given to the unit with LoadCredential=.",
            into(&EndpointConfig::token, &SecretSource::credential) },
        { "endpoint.hosts", TextListType { &host_rule }, "[]",
            "Names of this machine that clients may use in Host, beside localhost and the address itself.",
            into(&EndpointConfig::hosts) },
        { "endpoint.resource", TextType { &destination_rule }, none,
            "What the documents name as their resource: the destination that the portal reports under; left out: IDENTIFIER.CLUSTER.",
            into(&EndpointConfig::resource) },
        { "endpoint.metrics_projects", CountType { 0, 100000 }, "1000",
            "How many projects have metrics of their own, those that used most; 0: none.",
            into(&EndpointConfig::metrics_projects) },
    };
}
// clang-format on

} // namespace site::detail
