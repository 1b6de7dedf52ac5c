#include "endpoint/state_pages.hpp"

#include "accounting/stored_month.hpp"
#include "store/database.hpp"
#include "store/journal.hpp"
#include "view/health.hpp"
#include "view/metrics.hpp"
#include "view/situation.hpp"
#include "view/status_page.hpp"

#include <memory>

namespace site {
namespace {

constexpr std::size_t changes_shown = 20;

HttpResponse plain(int status, std::string body, std::string_view type = "text/plain; charset=utf-8")
{
    return { status,
        { { "Content-Type", std::string(type) }, { "Cache-Control", "no-store" },
            { "X-Content-Type-Options", "nosniff" } },
        std::move(body) };
}

/// Reads the store and makes one of the pages.
class StatePages {
public:
    StatePages(const Config& config, const Clock& clock, std::function<void(const Error*)> tell)
        : config_(config), clock_(clock), tell_(std::move(tell))
    {
    }

    HttpResponse answer(
        Result<HttpResponse> (StatePages::*page)(const Database&, const Situation&) const) const
    {
        auto made = [&]() -> Result<HttpResponse> {
            auto database = Database::open(config_.state / "state.db", Database::Access::read);
            if (!database)
                return database.error();
            auto seen = situation(config_, clock_, **database, "endpoint");
            if (!seen)
                return seen.error();
            return (this->*page)(**database, *seen);
        }();
        if (made) {
            tell_(nullptr);
            return std::move(*made);
        }
        const auto error = made.error();
        tell_(&error);
        return plain(503, "the store can't be read\n");
    }

    Result<HttpResponse> ready(const Database&, const Situation& seen) const
    {
        const auto missing = not_ready(seen, config_, clock_.now());
        if (missing.empty())
            return plain(200, "ready\n");
        std::string lines;
        for (const auto& line : missing)
            lines += line + "\n";
        return plain(503, lines);
    }

    Result<HttpResponse> metrics(const Database& database, const Situation& seen) const
    {
        const auto month = stored_month_usage(database, config_.clusters.front(), clock_.now(), {});
        if (!month)
            return month.error();
        return plain(200, metrics_text(seen, &*month, config_, clock_.now()),
            "text/plain; version=0.0.4; charset=utf-8");
    }

    Result<HttpResponse> status(const Database& database, const Situation& seen) const
    {
        const auto month = stored_month_usage(database, config_.clusters.front(), clock_.now(), {});
        if (!month)
            return month.error();
        const auto changes = Journal(database).entries({ .most = changes_shown });
        if (!changes)
            return changes.error();
        auto answer = plain(
            200, status_page({ seen, *month, *changes, config_, clock_.now() }), "text/html; charset=utf-8");
        answer.headers.push_back({ "Content-Security-Policy", std::string(status_page_policy()) });
        answer.headers.push_back({ "Referrer-Policy", "no-referrer" });
        return answer;
    }

private:
    Config config_;
    const Clock& clock_;
    std::function<void(const Error*)> tell_;
};

} // namespace

std::vector<PageRoute> state_pages(
    const Config& config, const Clock& clock, std::function<void(const Error*)> tell)
{
    const auto pages = std::make_shared<const StatePages>(config, clock, std::move(tell));
    const auto route = [&](const char* path, auto page) {
        return PageRoute { path,
            [pages, page](const Request&, std::string_view) { return pages->answer(page); }, Takes::any };
    };
    return { route("/", &StatePages::status), route("/metrics", &StatePages::metrics),
        route("/readyz", &StatePages::ready),
        { "/healthz", [](const Request&, std::string_view) { return plain(200, "ok\n"); }, Takes::any } };
}

} // namespace site
