#include "core/cycle_run.hpp"
#include "core/explain.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::size_t most_entries = 200; ///< of the journal, newest first, for one subject

/// Everyone shut out: what `desired` then holds is what a plugin shuts out with.
Snapshot all_closed(Snapshot snapshot)
{
    for (auto& allocation : snapshot.allocations) {
        allocation.paused = true;
        allocation.downscaled = false; // its other QOS shuts nobody out
        for (auto& member : allocation.members)
            member.standing = Standing::revoked;
        allocation.sharers.clear();
    }
    return snapshot;
}

/// The newest entry of each record.
void keep_newest(std::vector<JournalEntry>& into, std::vector<JournalEntry> entries)
{
    for (auto& entry : entries)
        if (std::none_of(into.begin(), into.end(), [&](const JournalEntry& one) {
                return one.plugin == entry.plugin && one.change.key == entry.change.key;
            }))
            into.push_back(std::move(entry));
}

} // namespace

Result<SubjectFacts> CycleRun::facts_of(const Subject& subject) const
{
    SubjectFacts facts;
    if (!subject.user.empty() && parts_.person)
        facts.person = parts_.person(subject.user);
    const auto take = [&](const JournalQuery& query) -> Result<void> {
        auto entries = journal_.entries(query);
        if (!entries)
            return entries.error();
        keep_newest(facts.last, std::move(*entries));
        return {};
    };
    std::vector<JournalQuery> queries;
    if (!subject.user.empty())
        queries.push_back({ .most = most_entries, .user = subject.user.text() });
    if (!subject.group.empty())
        for (const auto kind : { Kind::group, Kind::directory, Kind::quota, Kind::account })
            queries.push_back({ .most = most_entries, .name = subject.group.text(), .kind = kind });
    if (subject.sort == SubjectSort::project && !subject.group.empty())
        queries.push_back({ .most = most_entries, .name = subject.group.text() });
    for (const auto& query : queries)
        if (auto taken = take(query); !taken)
            return taken.error();
    return facts;
}

/// Of whom the portal says nothing, but a plugin or the name service knows the name.
std::vector<Subject> CycleRun::strangers(const ExplainRequest& request) const
{
    if (request.name.empty())
        return {};
    const Name asked { request.name };
    std::set<Place> places;
    const auto note = [&](const Key& key) {
        if (request.sort != SubjectSort::project && key.member == asked)
            places.emplace(key.name, key.member);
        if (request.sort != SubjectSort::user && key.name == asked)
            places.emplace(key.name, Name {});
    };
    for (const auto& part : sides_) {
        for (const auto& record : part.observation.records)
            note(record.key);
        for (const auto& [key, owned] : part.owned)
            if (owned.record)
                note(key);
    }
    if (places.empty() && request.sort != SubjectSort::project && parts_.person)
        if (const auto person = parts_.person(asked); person && *person)
            places.emplace(Name {}, asked);
    std::vector<Subject> found;
    for (const auto& [group, user] : places)
        found.push_back(
            unlisted(report_.judged, user.empty() ? SubjectSort::project : SubjectSort::user, group, user));
    return found;
}

Result<void> CycleRun::explain(const ExplainRequest& request, ExplainReport& report)
{
    report.portal_error = report_.portal_error;
    report.taken = report_.judged.snapshot.taken;
    auto found = subjects(listing_, report_.judged, request.name, request.sort);
    if (found.empty())
        found = strangers(request);
    if (found.empty()) {
        report.nearest = nearest_names(listing_, report_.judged, request.name, request.sort);
        return {};
    }
    const auto closed = all_closed(report_.judged.snapshot);
    std::vector<ExplainSide> sides;
    for (auto& part : sides_) {
        auto shut = closed;
        shut.owned = &part.owned;
        ExplainSide side { part.backend->name(), part.backend->kinds(), part.owned, part.observation,
            part.desired, part.difference, part.sick ? &*part.sick : nullptr };
        if (!part.sick)
            if (auto desired = part.backend->desired(shut, part.observation))
                side.closed = std::move(*desired);
        sides.push_back(std::move(side));
    }
    const ExplainSources sources { report_.judged, resources_, report_.plan, sides,
        parts_.config.guards.lowest_uid, parts_.config.mode == OperatingMode::audit };
    for (const auto& subject : found) {
        auto facts = facts_of(subject);
        if (!facts)
            return facts.error();
        report.explained.push_back(site::explain(sources, subject, *facts));
    }
    return {};
}

ExplainReport explain(const CycleParts& parts, const ExplainRequest& request)
{
    CycleRun run(parts, CycleMode::stock);
    ExplainReport report;
    auto done = run.make_plan();
    if (done)
        done = run.explain(request, report);
    if (!done)
        report.error = done.error();
    return report;
}

} // namespace site
