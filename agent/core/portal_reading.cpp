#include "core/portal_reading.hpp"

#include <algorithm>

namespace site {
namespace {

Result<std::size_t> still_there(Portal& portal, RowFamily family, const std::vector<Uuid>& gone)
{
    std::size_t count = 0;
    for (const auto& uuid : gone) {
        auto is_there = portal.is_there(family, uuid);
        if (!is_there)
            return is_there.error();
        count += *is_there ? 1 : 0;
    }
    return count;
}

/// A retrieve that finds a row proves that the lists lied about it; a 404 proves nothing more.
Result<void> contradict(Portal& portal, const Judged& judged, const Known& known, const GuardConfig& guards)
{
    std::size_t members = 0;
    for (const auto& [uuid, allocation] : known)
        members += allocation.members.size();
    // Far more than the taking-away guard lets through is held anyway; asking for each would only load the
    // portal. Twice its bound, since it counts what is ours at the site and not what is known here.
    const auto held_anyway = [&](std::size_t gone, std::size_t of) {
        return gone > 2 * std::max<std::size_t>(guards.most_taken, of * guards.most_taken_share / 100);
    };
    if (held_anyway(judged.gone_allocations.size(), known.size())
        || held_anyway(judged.gone_associations.size(), members))
        return {};
    auto allocations = still_there(portal, RowFamily::allocation, judged.gone_allocations);
    if (!allocations)
        return allocations.error();
    auto associations = still_there(portal, RowFamily::association, judged.gone_associations);
    if (!associations)
        return associations.error();
    if (const auto count = *allocations + *associations; count > 0)
        return Error { Errc::conflict,
            "the lists leave out " + std::to_string(count) + " rows that the portal still has" };
    return {};
}

Result<PortalReading> read_fresh(
    const ReadingParts& parts, const Known& known, const JudgeFunction& judge_listing)
{
    auto listing = parts.portal.listing(parts.filter);
    if (!listing)
        return listing.error();
    PortalReading reading { std::move(*listing), {}, {}, {} };
    reading.judged = judge_listing(reading.listing, true);
    const auto& judged = reading.judged;
    if (!judged.gone_allocations.empty() || !judged.gone_associations.empty() || judged.expires) {
        auto second = parts.portal.listing(parts.filter);
        if (!second)
            return second.error();
        reading.listing = united(reading.listing, *second);
        reading.judged = judge_listing(reading.listing, true);
        if (auto agreed = contradict(parts.portal, reading.judged, known, parts.guards); !agreed)
            return agreed.error();
    }
    reading.clock = clock_guard(reading.listing, parts.guards);
    return reading;
}

Result<PortalReading> read_stored(const ReadingParts& parts, Name cluster, Instant now, Seconds zone_offset,
    const Known& known, const JudgeFunction& judge_listing, const Error& why)
{
    auto stored = parts.memory.snapshot(cluster);
    if (!stored)
        return stored.error();
    if (!*stored)
        return why;
    const auto age = now - (*stored)->taken;
    if (age > parts.max_age)
        return Error { why.code,
            why.text + "; the last whole snapshot is " + span_text(age) + " old, too old to act on" };
    auto listing = from_snapshot_text((*stored)->text, parts.filter);
    if (!listing)
        return listing.error().in("the stored snapshot");
    PortalReading reading { std::move(*listing), {}, why, {} };
    reading.listing.taken = (*stored)->taken;
    // In another month its limits say nothing: gates stay as they are until a fresh one.
    const bool same_month = month_of(reading.listing.taken, zone_offset) == month_of(now, zone_offset);
    reading.judged = judge_listing(reading.listing, same_month);
    reading.judged.known = known;
    reading.judged.snapshot.fresh = false;
    return reading;
}

} // namespace

Result<PortalReading> read_portal(const ReadingParts& parts, Name cluster, Instant now, Seconds zone_offset,
    const Known& known, const JudgeFunction& judge_listing)
{
    auto fresh = read_fresh(parts, known, judge_listing);
    if (fresh)
        return fresh;
    return read_stored(parts, cluster, now, zone_offset, known, judge_listing, fresh.error());
}

} // namespace site
