#include "endpoint/endpoint.hpp"

#include "endpoint/report_pages.hpp"
#include "endpoint/router.hpp"
#include "endpoint/state_pages.hpp"
#include "endpoint/storage_shelf.hpp"
#include "endpoint/usage_shelf.hpp"

namespace site {
namespace {

constexpr auto usage_path = "/api/openportal-project-usage-reports/";
constexpr auto storage_path = "/api/openportal-project-storage-reports/";

} // namespace

Result<HttpServer::Handler> Endpoint::handler(const Config& config)
{
    auto admission = Admission::of(config.endpoint);
    if (!admission)
        return admission.error();
    const auto& cluster = config.clusters.front();
    const auto& portal = config.portal_of(cluster);
    const ShelfPlace place { config.state / "state.db", Name { cluster.name }, portal.identifier };
    const auto resource = config.endpoint.resource.empty() ? portal.identifier + "." + cluster.name
                                                           : config.endpoint.resource;
    auto pages = report_pages({ .path = usage_path,
        .open = [place, this] { return open_usage_shelf(place, clock_); },
        .resource = resource,
        .tell = [this](const Error* error) { tell("usage reports", error); } });
    auto storage = report_pages({ .path = storage_path,
        .open = [place] { return open_storage_shelf(place); },
        .resource = resource,
        .tell = [this](const Error* error) { tell("storage reports", error); } });
    pages.insert(pages.end(), storage.begin(), storage.end());
    auto state = state_pages(config, clock_, [this](const Error* error) { tell("state", error); });
    pages.insert(pages.end(), state.begin(), state.end());
    auto router = std::make_shared<const Router>(std::move(*admission), pages);
    return HttpServer::Handler { [router](const Request& request) { return router->answer(request); } };
}

Result<void> Endpoint::serve(const Config& config)
{
    if (config.endpoint.listen.empty()) {
        stop();
        return {};
    }
    const auto address = parse_listen_address(config.endpoint.listen);
    if (!address)
        return address.error().in("endpoint.listen");
    auto answers = handler(config);
    if (!answers)
        return answers.error();
    if (server_ && address_ == *address && group_ == config.endpoint.group) {
        server_->use(std::move(*answers));
        return {};
    }
    const bool same_file = address_ && address->is_socket() && address_->socket == address->socket;
    auto socket
        = ListeningSocket::open(*address, config.endpoint.group, same_file ? Takeover::yes : Takeover::no);
    if (!socket)
        return socket.error().in("endpoint");
    auto server = HttpServer::start((*socket)->fd(), std::move(*answers), clock_);
    if (!server)
        return server.error().in("endpoint");
    stop();
    socket_ = std::move(*socket);
    server_ = std::move(*server);
    address_ = *address;
    group_ = config.endpoint.group;
    return {};
}

void Endpoint::stop()
{
    server_.reset();
    socket_.reset();
    address_.reset();
    const std::lock_guard lock(mutex_);
    troubles_.clear();
}

void Endpoint::tell(const std::string& kind, const Error* error)
{
    const std::lock_guard lock(mutex_);
    if (error)
        troubles_[kind] = error->text;
    else
        troubles_.erase(kind);
}

std::optional<std::string> Endpoint::trouble() const
{
    const std::lock_guard lock(mutex_);
    if (troubles_.empty())
        return std::nullopt;
    std::string all;
    for (const auto& [kind, text] : troubles_)
        all += (all.empty() ? "" : "; ") + kind + ": " + text;
    return all;
}

} // namespace site
