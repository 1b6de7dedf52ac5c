#include "accounting/stored_reports.hpp"
#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "portal/connect.hpp"
#include "portal/doctor.hpp"
#include "portal/json_text.hpp"
#include "portal/operation_call.hpp"
#include "portal/page_stream.hpp"
#include "portal/rest_portal.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iterator>
#include <set>

namespace site {
namespace {

namespace json = boost::json;

/// Identifiers in one request, so that its address stays below what proxies take.
constexpr std::size_t asked_together = 50;

class Doctor {
public:
    explicit Doctor(Desk& desk) : desk_(desk), portal_(desk.config.portals.front()) { }

    int run()
    {
        const auto stop = [this] { return desk_.signals.stop_requested(); };
        auto rest = RestPortal::open(portal_, desk_.clock, stop);
        if (!rest)
            return desk_.fail(rest.error());
        auto listing = (*rest)->listing({});
        if (!listing)
            return desk_.fail(listing.error());
        auto connection = connect_portal(portal_, desk_.clock, stop);
        if (!connection)
            return desk_.fail(connection.error());
        add(doubtful_rows(*listing, portal_.identifier));
        mappings(connection->calls, *listing);
        if (auto compared = usage(*connection); !compared)
            return desk_.fail(compared.error());
        tell(*listing);
        return findings_.empty() && undone_.empty() ? exit_code::ok : exit_code::error;
    }

private:
    void add(std::vector<Finding> more) { std::ranges::move(more, std::back_inserter(findings_)); }

    /// What could not be looked at is told, and the rest is looked at.
    void undone(const std::string& what, const Error& error) { undone_.push_back(what + ": " + error.text); }

    void mappings(Calls& calls, const Listing& listing)
    {
        std::set<std::string> projects;
        std::set<std::string> users;
        for (const auto& row : listing.allocations)
            if (!row.backend_id.empty())
                projects.insert(row.backend_id);
        for (const auto& row : listing.associations)
            if (row.useridentifier && row.useridentifier->find('@') == std::string::npos)
                users.insert(*row.useridentifier);
        mapping(calls, "openportal_project_mapping_retrieve", "project", projects);
        mapping(calls, "openportal_user_mapping_retrieve", "user", users);
    }

    void mapping(Calls& calls, std::string_view id, std::string_view what, const std::set<std::string>& all)
    {
        const std::vector<std::string> identifiers(all.begin(), all.end());
        for (std::size_t from = 0; from < identifiers.size(); from += asked_together) {
            const auto many = std::min(asked_together, identifiers.size() - from);
            const std::span asked(identifiers.data() + from, many);
            OperationInput input;
            input.given["identifier"] = { asked.begin(), asked.end() };
            const auto call = operation_call(portal_operation(id), input);
            auto answer = call ? calls.accepted(*call) : Result<HttpResponse> { call.error() };
            if (!answer)
                return undone(std::string(what) + " mapping", answer.error());
            const auto parsed = parse_json(answer->body);
            const auto* object = parsed ? parsed->value.if_object() : nullptr;
            if (!object)
                return undone(
                    std::string(what) + " mapping", { Errc::unreachable, "the answer is no object" });
            add(unmapped(asked, *object, what));
        }
    }

    Result<void> usage(PortalConnection& connection)
    {
        const auto scope = report_scope(desk_.config);
        const auto now = desk_.clock.now();
        const auto this_month = month_of(now);
        const auto database = Database::open(desk_.config.state / "state.db", Database::Access::read);
        if (!database) {
            undone("usage", database.error());
            return {};
        }
        for (const auto month : { this_month - std::chrono::months { 1 }, this_month }) {
            const auto ours = stored_usage_report(**database, scope, month, now);
            if (!ours)
                return ours.error();
            auto theirs = documents(connection, month);
            if (theirs)
                add(usage_differences(*ours, *theirs, month, day_of(now)));
            else
                undone("usage of " + text(month), theirs.error());
        }
        return {};
    }

    Result<std::map<std::string, ProjectUsageReport>> documents(PortalConnection& connection, Month month)
    {
        OperationInput input;
        input.given["year"] = { std::to_string(static_cast<int>(month.year())) };
        input.given["month"] = { std::to_string(static_cast<unsigned>(month.month())) };
        const auto call = operation_call(portal_operation("openportal_project_usage_reports_list"), input);
        if (!call)
            return call.error();
        std::map<std::string, ProjectUsageReport> found;
        const auto read = stream_pages(connection.calls, connection.base, *call,
            { .page_size = portal_.page_size, .to_the_end = true },
            [&](const json::array& rows, const StreamEnd&) -> Result<void> {
                for (const auto& row : rows)
                    if (auto kept = keep(row, found); !kept)
                        return kept;
                return {};
            });
        if (!read)
            return read.error();
        return found;
    }

    /// One document of several resources of a project is the sum of them.
    static Result<void> keep(const json::value& row, std::map<std::string, ProjectUsageReport>& found)
    {
        const auto* object = row.if_object();
        const auto* document = object ? object->if_contains("report") : nullptr;
        if (!document)
            return Error { Errc::unreachable, "a usage document without `report`" };
        auto reading = parse_project_usage_report(json::serialize(*document));
        if (!reading)
            return reading.error();
        const auto [place, is_new] = found.try_emplace(reading->report.project, reading->report);
        if (is_new)
            return {};
        auto sum = merged(place->second, reading->report);
        if (!sum)
            return sum.error();
        place->second = std::move(*sum);
        return {};
    }

    void tell(const Listing& listing) const
    {
        const auto& screen = desk_.screen;
        if (screen.form == Form::json) {
            json::array all;
            for (const auto& one : findings_)
                all.push_back(json::object { { "severity", name(one.severity) }, { "code", one.code },
                    { "subject", one.subject }, { "text", one.text }, { "advice", one.advice } });
            screen.out << json::serialize(json::object { { "allocations", listing.allocations.size() },
                { "associations", listing.associations.size() }, { "findings", std::move(all) },
                { "undone", json::array(undone_.begin(), undone_.end()) } })
                       << "\n";
            return;
        }
        for (const auto& one : findings_)
            screen.out << screen.tinted(tint(one.severity), one.code) << " " << one.subject << ": "
                       << one.text << "\n    " << screen.tinted(Tint::faint, one.advice) << "\n";
        for (const auto& one : undone_)
            screen.out << screen.tinted(Tint::bad, "not looked at") << " " << one << "\n";
        screen.out << listing.allocations.size() << " allocations and " << listing.associations.size()
                   << " associations: "
                   << (findings_.empty() ? "nothing disagrees"
                                         : std::to_string(findings_.size()) + " findings")
                   << "\n";
    }

    Desk& desk_;
    const PortalConfig& portal_;
    std::vector<Finding> findings_;
    std::vector<std::string> undone_;
};

} // namespace

int command_portal_doctor(Desk& desk)
{
    return Doctor(desk).run();
}

} // namespace site
