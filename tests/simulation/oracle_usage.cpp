#include "simulation/oracle.hpp"
#include "simulation/oracle_words.hpp"

#include <algorithm>

namespace site::simulation {

void Oracle::heard(const FigureKey& key, Decimal amount)
{
    const auto& [resource, month, type, user] = key;
    const auto groups = groups_of_.find(resource);
    if (groups == groups_of_.end())
        return broken(5, "a figure for a resource that no list had: " + resource.text());
    const bool known = std::any_of(
        groups->second.begin(), groups->second.end(), [&, month = month, &user = user](Name group) {
            return measured_.contains({ month, group, Name { user }, amount });
        });
    if (!known)
        broken(9,
            "the portal was told " + amount.text() + " " + type + " of " + groups->second.begin()->text()
                + "/" + user + " for " + text(month) + ", which was never measured");
}

void Oracle::after_usage(const UsageSeen& seen)
{
    const auto now = world_.clock.plain().now();
    if (seen.failed_windows > 0 && !seen.collected && seen.calls > 0)
        broken(9, "figures were sent after a failed reading");
    for (const auto month : { month_of(now) - std::chrono::months { 1 }, month_of(now) })
        if (world_.ledger(month) != world_.jobs.figures(month))
            broken(seen.failed_windows > 0 ? 9 : 5,
                "the ledger of " + text(month) + " is not what the readings brought");
    if (seen.killed)
        for (auto& [key, due] : due_)
            due.at_least = true; // newer figures may have been told
    if (!seen.collected || seen.killed)
        return;
    const auto this_month = month_of(now);
    for (const auto month : { this_month - std::chrono::months { 1 }, this_month }) {
        const auto end = start_of(month + std::chrono::months { 1 });
        const bool begun = std::any_of(
            due_.begin(), due_.end(), [&](const auto& one) { return one.first.first == month; });
        const bool over = end + world_.config.clusters[0].usage.close_after <= now;
        if (!world_.jobs.whole(month, now) || (over && !begun))
            continue;
        const auto figures = world_.jobs.figures(month);
        for (auto& [key, due] : due_)
            due.at_least |= key.first == month && !reported_resources_.contains(key.second);
        for (const auto& [group, resource] : reported_resources_) {
            Due due { resource, {} };
            for (const auto& [who, seconds] : figures)
                if (who.first == group)
                    due.figures[who] = seconds;
            due_[{ month, group }] = std::move(due);
        }
    }
}

void Oracle::after_recovery()
{
    const auto now = world_.clock.plain().now();
    for (const auto& [key, due] : due_) {
        const auto& [month, group] = key;
        if (odd_groups_.contains(group) || (month < month_of(now) && world_.portal.closes_months))
            continue;
        for (const auto& [who, seconds] : due.figures) {
            const auto heard
                = world_.portal.received.find({ due.resource, month, "node", who.second.text() });
            const bool none = heard == world_.portal.received.end();
            if (none && !who.second.empty() && hours(seconds) == Decimal {})
                continue; // who has used next to nothing is not mentioned
            if (none || heard->second < hours(seconds) || (!due.at_least && heard->second != hours(seconds)))
                broken(5,
                    "the portal has " + (none ? std::string("nothing") : heard->second.text()) + " of "
                        + group.text() + "/" + who.second.text() + " for " + text(month) + ", measured is "
                        + hours(seconds).text());
        }
    }
}

} // namespace site::simulation
