#include "core/cycle_run.hpp"

#include "core/cycle_summary.hpp"
#include "core/lists_in_doubt.hpp"
#include "core/service_settings.hpp"
#include "store/notes.hpp"
#include "store/taken.hpp"

#include <algorithm>

namespace site {

/// What the cycle leaves to be remembered: who stands how, what vanished, the snapshot. One commit.
Result<void> CycleRun::finish()
{
    auto& judged = report_.judged;
    for (auto& part : sides_)
        if (!part.sick && !report_.outcomes.empty())
            project(part);
    if (report_.plan.fresh)
        judged.known = remembered();
    auto text = report_.plan.fresh ? to_snapshot_text(listing_) : std::string {};
    auto stored = memory_.snapshot(cluster_);
    if (!stored)
        return stored.error();
    if (*stored && (*stored)->text == text)
        text.clear(); // the same rows: only their age is new
    const auto now = parts_.clock.now();
    return parts_.database.commit("finishing the cycle", [&](Transaction& transaction) {
        if (report_.plan.fresh) {
            memory_.save(transaction, cluster_, known_, judged.known);
            keep_listed(transaction, now);
            if (report_.plan.guards.empty()) { // lists that a guard doubts are not what to fall back on
                memory_.save_snapshot(transaction, cluster_, listing_.taken, text);
                keep_settings(transaction, parts_.database, cluster_, settings_, listing_, now);
            }
        }
        if (newly_lost_)
            set_lost(transaction, founding_text_);
        else if (unfounded_and_seen())
            set_found(transaction);
        keep_owned_ids(transaction, now);
        keep_grants(transaction);
        finish_allowances(transaction, now);
        note_guards(transaction, now);
        Troubles(parts_.database).save(transaction, cluster_, troubles_, troubles_after());
        for (auto& part : sides_) {
            if (part.sick)
                continue;
            for (const auto& key : part.difference.vanished)
                ownership_.forget(transaction, part.backend->name(), key);
            for (const auto& [key, field] : part.difference.vanished_fields)
                ownership_.forget_field(transaction, part.backend->name(), key, field);
        }
        Notes(parts_.database).put(transaction, "cycle/" + cluster_.text(), summary(report_, parts_.by), now);
    });
}

/// What was adopted, or made before ids were kept, has its id for good as well. One that was only planned has
/// not been given.
void CycleRun::keep_owned_ids(Transaction& transaction, Instant now)
{
    std::erase_if(new_ids_.groups, [&](const auto& one) {
        const Key key { Kind::group, cluster_, one.first };
        return std::none_of(sides_.begin(), sides_.end(), [&](const CyclePart& part) {
            const auto owned = part.owned.find(key);
            return owned != part.owned.end() && owned->second.record;
        });
    });
    new_ids_.users.clear();
    keep_new_ids(transaction, now);
}

Known CycleRun::remembered() const
{
    const auto& judged = report_.judged;
    const bool sick = std::any_of(
        sides_.begin(), sides_.end(), [](const CyclePart& part) { return part.sick.has_value(); });
    if (!report_.plan.guards.empty() || report_.stopped)
        return without_newly_gone(judged.known, judged.gone_allocations, judged.gone_associations);
    if (sick)
        return judged.known;
    Remains remains { {}, placed() };
    for (const auto& part : sides_)
        for (const auto& change : part.difference.changes)
            if (change.effect != Effect::gives)
                remains.outstanding.emplace(change.key.name, change.key.member);
    return confirm_blocks(judged.known, judged.snapshot, remains, parts_.clock.now());
}

/// The journal has each guard once for the plan that it holds, and that it no longer does.
void CycleRun::note_guards(Transaction& transaction, Instant now)
{
    const auto topic = "guards/" + cluster_.text();
    std::string tripped;
    for (const auto& trip : report_.plan.guards)
        tripped += (tripped.empty() ? "" : " ") + trip.guard;
    const auto stands = tripped.empty() ? tripped : tripped + " in plan " + report_.plan.id;
    if (stands == guards_before_)
        return;
    for (const auto& trip : report_.plan.guards)
        journal_.note(transaction, "guard", parts_.by,
            "guard " + trip.guard + " holds " + std::to_string(trip.held.size()) + " changes of plan "
                + report_.plan.id + ": " + trip.text,
            now);
    if (tripped.empty())
        journal_.note(transaction, "guard", parts_.by, "no guard is tripped any more", now);
    Notes(parts_.database).put(transaction, topic, stands, now);
}

bool CycleRun::doubted() const
{
    const auto& guards = report_.plan.guards;
    return std::any_of(guards.begin(), guards.end(), doubts_lists);
}

/// The lists of the next cycle are held against what was known before doubt began, as long as it lasts.
void CycleRun::keep_listed(Transaction& transaction, Instant now)
{
    if (doubted() != in_doubt_)
        keep_before_doubt(transaction, parts_.database, cluster_,
            doubted() ? std::optional(listed_before_) : std::nullopt, now);
}

/// A new store is good once every plugin has looked and none found our mark.
bool CycleRun::unfounded_and_seen() const
{
    return founding_ == Founding::unfounded
        && std::none_of(
            sides_.begin(), sides_.end(), [](const CyclePart& part) { return part.sick.has_value(); });
}

/// What was allowed and is no longer wanted must be looked at again before it may ever happen.
void CycleRun::finish_allowances(Transaction& transaction, Instant now)
{
    Allowances store(parts_.database);
    Taken(parts_.database).drop_old(transaction, cluster_, now - Seconds { 86400 });
    store.drop_old(transaction, cluster_, now);
    if (!report_.plan.fresh || report_.stopped)
        return;
    std::set<std::string> unknown;
    for (const auto& part : sides_)
        if (part.sick)
            unknown.insert(part.backend->name());
    for (const auto& allowance : allowances_) {
        bool left = false;
        for (const auto& change : allowance.changes) {
            const bool keep = unknown.contains(change.first) || wanted_.contains(change);
            left |= keep;
            if (!keep)
                store.use(transaction, allowance.id, change);
        }
        if (!left)
            store.drop(transaction, allowance.id);
    }
}

TroubleMap CycleRun::troubles_after() const
{
    const auto& plan = report_.plan;
    auto fared = fared_;
    fared.outage |= !plan.fresh || report_.stopped || !plan.sick.empty() || !snapshot_trips_.empty();
    for (const auto& [resource, text] : fared.failed)
        fared.done.erase(resource);
    return after_cycle(troubles_, fared, parts_.clock.now(), parts_.config.erred_after);
}

void CycleRun::progress(std::string doing, std::size_t done, std::size_t total) const
{
    if (parts_.progress)
        parts_.progress({ std::move(doing), done, total });
}

} // namespace site
