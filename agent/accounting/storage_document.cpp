#include "accounting/storage_document.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <optional>

namespace site {
namespace {

/// Who a project is made of: those whose identifiers are of it.
struct Project {
    std::string identifier;
    Name group;
    std::multimap<Name, std::string> people; ///< identifier by local user
};

std::map<std::string, Project> projects_of(const std::string& portal, const Known& known)
{
    std::map<std::string, Project> out;
    for (const auto& [uuid, allocation] : known) {
        const auto project = ProjectIdentifier::parse(allocation.identifier);
        if (allocation.gone || !project || project->portal != portal)
            continue;
        auto& one = out[allocation.identifier];
        one.identifier = allocation.identifier;
        if (!allocation.shares || one.group.empty())
            one.group = allocation.group;
        for (const auto& member : allocation.members) {
            const auto person = UserIdentifier::parse(member.identifier);
            const bool here = person && person->project == project->project && person->portal == portal;
            const auto [from, to] = one.people.equal_range(member.user);
            const bool twice
                = std::any_of(from, to, [&](const auto& had) { return had.second == member.identifier; });
            if (!member.gone && here && !twice)
                one.people.emplace(member.user, member.identifier);
        }
    }
    return out;
}

void add(
    DailyStorageReport& report, const Project& project, const std::string& volume, const StorageLevel& level)
{
    const StorageQuota quota { level.limit_bytes, level.used_bytes };
    if (level.holder.user.empty()) {
        report.project_quotas[volume] = quota;
        return;
    }
    const auto [from, to] = project.people.equal_range(level.holder.user);
    for (auto person = from; person != to; ++person)
        report.user_quotas[person->second][volume] = quota;
}

template <class Row> using ByHolder = std::multimap<StorageHolder, const Row*>;

template <class Row> ByHolder<Row> by_holder(const std::vector<Row>& rows)
{
    ByHolder<Row> out;
    for (const auto& row : rows)
        out.emplace(row.level.holder, &row);
    return out;
}

/// What the project has, and what its people have.
template <class Row, class Take> void each_of(const ByHolder<Row>& rows, const Project& project, Take take)
{
    const auto all = [&](const StorageHolder& holder) {
        const auto [from, to] = rows.equal_range(holder);
        for (auto row = from; row != to; ++row)
            take(*row->second);
    };
    all({ project.group, {} });
    for (auto person = project.people.begin(); person != project.people.end();
         person = project.people.upper_bound(person->first))
        all({ {}, person->first });
}

} // namespace

PortalStorageReport storage_document(const std::string& portal, const Known& known,
    const std::vector<StoredLevel>& levels, const std::vector<StorageDay>& days, Instant now)
{
    PortalStorageReport out { portal, {} };
    const auto newest_of = by_holder(levels);
    const auto days_of = by_holder(days);
    const auto projects = projects_of(portal, known);
    for (const auto& entry : projects) {
        const auto& identifier = entry.first;
        const auto& project = entry.second;
        auto& report = out.reports[identifier];
        report.newest.project = identifier;
        std::optional<Instant> newest;
        each_of(newest_of, project, [&](const StoredLevel& one) {
            newest = std::max(newest.value_or(one.seen), one.seen);
            add(report.newest, project, one.volume, one.level);
        });
        report.newest.generated_at = newest.value_or(now);
        for (const auto& [user, person] : project.people)
            report.users[person] = user.text();
        each_of(days_of, project, [&](const StorageDay& one) {
            if (one.day == day_of(report.newest.generated_at))
                return;
            auto& daily = report.daily_reports[one.day];
            daily.project = identifier;
            daily.generated_at = std::max(daily.generated_at, one.read);
            add(daily, project, one.volume, one.level);
        });
    }
    return out;
}

} // namespace site
