#include "portal/connect.hpp"

namespace site {

Result<PortalConnection> connect_portal(
    const PortalConfig& config, const Clock& clock, std::function<bool()> stop)
{
    const auto doing = "portal \"" + config.name + "\"";
    auto url = parse_url(config.url);
    if (!url)
        return url.error().in(doing);
    if (config.page_size == 0)
        return Error { Errc::invalid, doing + ": a page needs at least one row" };
    const std::string user_agent = "site-agent/" SITE_VERSION;
    const RetryBounds retry { .retries = config.retries };
    auto token = Token::open(config, clock, retry, stop, user_agent);
    if (!token)
        return token.error().in(doing);
    auto client = HttpClient::open({ .origin = *url,
                                       .user_agent = user_agent,
                                       .ca_file = config.ca_file,
                                       .proxy = config.proxy,
                                       .connect_timeout = config.connect_timeout,
                                       .answer_timeout = config.request_timeout,
                                       .connections = config.connections,
                                       .most_body = config.most_body },
        stop);
    if (!client)
        return client.error().in(doing);
    auto base_path = url->path;
    while (base_path.ends_with('/'))
        base_path.pop_back();
    Calls calls(std::move(*client), std::move(*token), std::move(base_path), retry, clock, std::move(stop));
    return PortalConnection { std::move(calls), std::move(*url) };
}

} // namespace site
