#include "portal/doctor.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace site {
namespace {

/// Of the days of `month` that are over; more than 2^64 - 1 is not to be had in a month.
std::uint64_t node_seconds(const ProjectUsageReport& report, Month month, Day today)
{
    std::uint64_t sum = 0;
    for (const auto& [day, daily] : report.reports)
        if (month_of(Instant { day }) == month && day < today)
            for (const auto& [user, seconds] : daily.reports)
                sum += seconds;
    return sum;
}

Finding warning(std::string code, std::string subject, std::string text, std::string advice)
{
    return { Severity::warning, std::move(code), std::move(subject), std::move(text), std::move(advice) };
}

void judge_identifier(
    const AllocationRow& allocation, std::string_view portal, std::vector<Finding>& findings)
{
    if (allocation.backend_id.empty())
        return;
    const auto parsed = ProjectIdentifier::parse(allocation.backend_id);
    if (!parsed)
        findings.push_back(warning("portal-foreign", allocation.uuid.text(),
            "backend_id " + cited(allocation.backend_id) + " is no project.portal: " + parsed.error().text,
            "the OpenPortal instance sets it; until it is right the allocation is refused"));
    else if (parsed->portal != portal)
        findings.push_back(warning("portal-foreign", allocation.uuid.text(),
            "backend_id " + cited(allocation.backend_id) + " is of the portal " + cited(parsed->portal)
                + ", ours is " + cited(portal),
            "look at portals[].identifier, and at clusters[].allocations if it is not this cluster's"));
}

void judge_person(const AssociationRow& row, const AllocationRow& allocation, std::vector<Finding>& findings)
{
    if (row.groupname && allocation.groupname && *row.groupname != *allocation.groupname)
        findings.push_back(warning("portal-groupname", row.uuid.text(),
            "the association has the group " + cited(*row.groupname) + ", its allocation "
                + cited(allocation.backend_id) + " has " + cited(*allocation.groupname),
            "the OpenPortal instance gives both; pull the allocation, or tell the portal's operators"));
    if (!row.useridentifier || row.useridentifier->empty())
        return;
    const auto user = UserIdentifier::parse(*row.useridentifier);
    if (!user)
        findings.push_back(warning("portal-foreign", row.uuid.text(),
            "useridentifier " + cited(*row.useridentifier)
                + " is no user.project.portal: " + user.error().text,
            "the OpenPortal instance sets it"));
    else if (!allocation.backend_id.empty() && user->project + "." + user->portal != allocation.backend_id)
        findings.push_back(warning("portal-foreign", row.uuid.text(),
            "useridentifier " + cited(*row.useridentifier) + " is in the allocation of "
                + cited(allocation.backend_id),
            "the portal's operators have to look at it; the person gets what the association says"));
}

} // namespace

std::vector<Finding> doubtful_rows(const Listing& listing, std::string_view portal)
{
    std::vector<Finding> findings;
    std::map<Uuid, const AllocationRow*> allocations;
    for (const auto& row : listing.allocations) {
        allocations.emplace(row.uuid, &row);
        judge_identifier(row, portal, findings);
    }
    for (const auto& row : listing.associations) {
        const auto found = allocations.find(row.allocation);
        if (found != allocations.end())
            judge_person(row, *found->second, findings);
        else
            findings.push_back(warning("portal-orphan", row.uuid.text(),
                "the association of " + cited(row.username.value_or("nobody yet"))
                    + " is of an allocation that the list doesn't have: " + row.allocation.text(),
                "the token may not see the allocation, or it is gone: nothing is given for it"));
    }
    return findings;
}

std::vector<Finding> usage_differences(const PortalUsageReport& ours,
    const std::map<std::string, ProjectUsageReport>& theirs, Month month, Day today)
{
    std::set<std::string> projects;
    for (const auto& [project, report] : ours.reports)
        projects.insert(project);
    for (const auto& [project, report] : theirs)
        projects.insert(project);
    std::vector<Finding> findings;
    for (const auto& project : projects) {
        const auto mine = ours.reports.find(project);
        const auto portals = theirs.find(project);
        const auto here = mine == ours.reports.end() ? 0 : node_seconds(mine->second, month, today);
        const auto there = portals == theirs.end() ? 0 : node_seconds(portals->second, month, today);
        if (here == there)
            continue;
        const auto more = here > there ? here - there : there - here;
        findings.push_back(warning("portal-usage", project,
            text(month) + ": " + std::to_string(here) + " node-seconds here, "
                + (portals == theirs.end() ? std::string("no document at the portal")
                                           : std::to_string(there) + " in the portal's document")
                + ", " + std::to_string(more) + (here > there ? " more here" : " more there"),
            "usage recompute shows whether ours stands; the portal fills its documents by itself"));
    }
    return findings;
}

std::vector<Finding> unmapped(
    std::span<const std::string> asked, const boost::json::object& mapping, std::string_view what)
{
    std::vector<Finding> findings;
    for (const auto& one : asked) {
        const auto* value = mapping.if_contains(one);
        if (!value || value->is_null())
            findings.push_back(warning("portal-unmapped", one,
                "the portal knows no " + std::string(what) + " of this identifier, whom we serve",
                "the portal's operators have to look at it; he keeps what the association gives"));
    }
    return findings;
}

} // namespace site
