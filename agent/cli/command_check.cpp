#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/identifier.hpp"
#include "system/people.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace site {
namespace {

/// Collects lines; each prerequisite is one finding, good ones as info.
class Checks {
public:
    explicit Checks(Desk& desk) : desk_(desk) { }

    int run()
    {
        good("config", desk_.arguments.config.string(), "is good");
        folders();
        auto agent = Agent::open(desk_.config, Agent::Purpose::look, desk_.clock, desk_.hooks());
        if (!agent) {
            bad("agent", "", agent.error().text, "mend this first; the rest can't be tried before");
            return print();
        }
        if ((*agent)->without_store())
            good("store", desk_.config.state.string(), "has no store yet; the first apply or run makes it");
        else
            good("store", desk_.config.state.string(), "can be read");
        portal(**agent);
        for (auto* backend : (*agent)->backends())
            plugin(*backend);
        return print();
    }

private:
    void good(std::string code, std::string subject, std::string text)
    {
        findings_.push_back({ Severity::info, std::move(code), std::move(subject), std::move(text), {} });
    }
    void warn(std::string code, std::string subject, std::string text, std::string advice)
    {
        findings_.push_back(
            { Severity::warning, std::move(code), std::move(subject), std::move(text), std::move(advice) });
    }
    void bad(std::string code, std::string subject, std::string text, std::string advice)
    {
        findings_.push_back(
            { Severity::error, std::move(code), std::move(subject), std::move(text), std::move(advice) });
    }

    void folders()
    {
        std::error_code ec;
        for (const auto& folder : { desk_.config.state, desk_.config.runtime })
            if (!std::filesystem::is_directory(folder, ec))
                warn("folder", folder.string(), "is not there",
                    "systemd makes it for the service; by hand: install -d -m 0700 " + folder.string());
    }

    void portal(Agent& agent)
    {
        const auto& config = desk_.config.portal_of(agent.cluster());
        auto opened = agent.portal();
        if (!opened) {
            bad("portal-token", config.name, opened.error().text, "look at the token file and its mode");
            return;
        }
        auto& rest = **opened;
        auto version = rest.version();
        if (!version) {
            bad("portal-reach", config.url, version.error().text,
                "look at url, proxy, ca_file and the network");
            return;
        }
        good("portal-reach", config.url, "answers, version " + *version);
        auto who = rest.whoami();
        if (!who) {
            bad("portal-token", config.name, who.error().text, "make a new token for the service account");
            return;
        }
        good("portal-token", config.name, "the token is good, of user " + cited(*who));
        lists(agent, rest);
    }

    void lists(Agent& agent, RestPortal& rest)
    {
        auto listing = rest.listing(agent.cluster().allocations);
        if (!listing) {
            bad("portal-lists", "", listing.error().text, "without whole lists nothing is changed");
            return;
        }
        if (listing->allocations.empty())
            warn("portal-lists", agent.cluster().name, "the portal lists no allocation for this cluster",
                "look at the token's roles and at clusters[].allocations");
        else
            good("portal-lists", agent.cluster().name,
                std::to_string(listing->allocations.size()) + " allocations, "
                    + std::to_string(listing->associations.size()) + " associations; "
                    + std::to_string(listing->foreign_allocations) + " allocations of others set aside");
        const auto nameless = std::count_if(listing->associations.begin(), listing->associations.end(),
            [](const auto& row) { return !row.username || row.username->empty(); });
        if (nameless > 0)
            warn("no-local-name", agent.cluster().name,
                std::to_string(nameless) + " of " + std::to_string(listing->associations.size())
                    + " associations have no local name",
                "the OpenPortal instance gives them; they wait until it has");
        clock(*listing);
        people(agent, *listing);
        components(agent, rest, *listing);
        resources(agent, rest, *listing);
    }

    void clock(const Listing& listing)
    {
        if (!listing.skew)
            warn("clock", "", "the portal gives no Date header: clocks can't be compared", "");
        else if (std::chrono::abs(*listing.skew) > desk_.config.guards.clock_skew)
            bad("clock", "",
                "the portal's clock is " + span_text(std::chrono::abs(*listing.skew)) + " from ours",
                "set both by NTP; nothing is changed until they agree");
        else
            good("clock", "", "is within " + span_text(std::chrono::abs(*listing.skew)) + " of the portal's");
    }

    void people(const Agent& agent, const Listing& listing)
    {
        if (!agent.cluster().resolve_people)
            return;
        std::set<std::string> unknown;
        std::size_t known = 0;
        for (const auto& row : listing.associations) {
            if (!row.username || !check_local_name(*row.username))
                continue;
            auto found = person(*row.username);
            if (!found) {
                bad("user-lookup", *row.username, found.error().text, "look at sssd or nslcd");
                return;
            }
            if (*found)
                ++known;
            else
                unknown.insert(*row.username);
        }
        if (unknown.empty())
            good("people", "", "all " + std::to_string(known) + " members with a name are known to NSS");
        else
            warn("people", *unknown.begin(),
                "and " + std::to_string(unknown.size() - 1) + " more have no Unix user on this machine",
                "they wait until NSS knows them");
    }

    void components(const Agent& agent, RestPortal& rest, const Listing& listing)
    {
        if (agent.cluster().usage.components.empty()) {
            warn("components", agent.cluster().name,
                "clusters[].usage.components is empty: no usage is reported",
                "name the components that the agent owns");
            return;
        }
        std::set<Uuid> offerings;
        for (const auto& row : listing.allocations)
            if (!row.offering.is_nil())
                offerings.insert(row.offering);
        for (const auto& offering : offerings) {
            auto there = rest.components(offering);
            if (!there) {
                bad("components", offering.text(), there.error().text,
                    "the token needs a role on the offering");
                continue;
            }
            for (const auto& [type, config] : agent.cluster().usage.components) {
                const auto found = std::find_if(there->begin(), there->end(),
                    [&, wanted = type](const auto& one) { return one.type == wanted; });
                if (found == there->end())
                    bad("components", type,
                        "offering " + offering.text() + " has no such component: its reports will be refused",
                        "add it to the offering or take it out of usage.components");
                else
                    good("components", type,
                        "is a component of the offering, billed by " + found->billing_type + ", in "
                            + cited(found->measured_unit));
            }
        }
    }

    void resources(const Agent& agent, RestPortal& rest, const Listing& listing)
    {
        auto rows = rest.resources(agent.cluster().allocations.offerings);
        if (!rows) {
            bad("resources", "", rows.error().text, "the token needs a service provider's role");
            return;
        }
        std::set<Uuid> seen;
        for (const auto& row : *rows)
            seen.insert(row.uuid);
        std::size_t missing = 0;
        for (const auto& row : listing.allocations)
            missing += !row.resource.is_nil() && !seen.contains(row.resource) ? 1 : 0;
        if (missing > 0)
            bad("resources", "",
                std::to_string(missing)
                    + " allocations have a resource that the token can't see: their usage can't be reported",
                "the token needs a service provider's role on the offering");
        else
            good("resources", "", "all resources of the allocations can be seen");
    }

    void plugin(Backend& backend)
    {
        auto found = backend.check();
        if (!found) {
            bad("plugin", backend.name(), found.error().text, "");
            return;
        }
        findings_.insert(findings_.end(), found->begin(), found->end());
    }

    int print()
    {
        const auto worst = std::any_of(findings_.begin(), findings_.end(),
            [](const Finding& finding) { return finding.severity == Severity::error; });
        const auto& screen = desk_.screen;
        if (screen.form == Form::json) {
            boost::json::array all;
            for (const auto& one : findings_)
                all.push_back(boost::json::object { { "severity", name(one.severity) }, { "code", one.code },
                    { "subject", one.subject }, { "text", one.text }, { "advice", one.advice } });
            screen.out << boost::json::serialize(
                boost::json::object { { "good", !worst }, { "checks", std::move(all) } })
                       << "\n";
        } else {
            for (const auto& one : findings_) {
                const auto* mark = one.severity == Severity::info ? "ok  "
                    : one.severity == Severity::warning           ? "warn"
                                                                  : "FAIL";
                screen.out << screen.tinted(
                    one.severity == Severity::info ? Tint::good : tint(one.severity), mark)
                           << "  " << one.code << ": " << (one.subject.empty() ? "" : one.subject + " ")
                           << one.text << (one.advice.empty() ? "" : " -> " + one.advice) << "\n";
            }
        }
        return worst ? exit_code::error : exit_code::ok;
    }

    Desk& desk_;
    std::vector<Finding> findings_;
};

} // namespace

int command_check(Desk& desk)
{
    return Checks(desk).run();
}

} // namespace site
