#include "core/cycle_run.hpp"

#include "core/lists_in_doubt.hpp"
#include "core/needs_across.hpp"
#include "core/record_of.hpp"
#include "core/service_settings.hpp"
#include "model/identifier.hpp"
#include "store/notes.hpp"
#include "store/taken.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr Seconds guarded_span { 86400 }; ///< over which taking away is counted
constexpr Seconds allowance_span { 86400 }; ///< what is not done by then must be allowed again

bool keeps(const CyclePart& part, Kind kind)
{
    const auto& kinds = part.backend->kinds();
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

const UserRules* user_rules(const ClusterConfig& cluster)
{
    if (cluster.unix_groups && cluster.unix_groups->users.create)
        return &cluster.unix_groups->users;
    if (cluster.ldap && cluster.ldap->users.create)
        return &cluster.ldap->users;
    return nullptr;
}

/// Where a change that was interrupted would be seen, if nothing else asks for it.
void add_place(Interest& interest, const Change& change)
{
    if (change.key.kind != Kind::directory && change.key.kind != Kind::quota)
        return;
    const auto at = std::lower_bound(interest.places.begin(), interest.places.end(), change.key,
        [](const StoragePlace& place, const Key& key) { return place.key < key; });
    if (at != interest.places.end() && at->key == change.key)
        return;
    StoragePlace place { .key = change.key };
    if (const auto* path = change.field(Name { "path" }); path != nullptr && path->after.word() != nullptr)
        place.path = path->after.word()->text();
    if (const auto* id = change.field(Name { "id" }); id != nullptr && id->after.number())
        place.id = static_cast<std::uint32_t>(*id->after.number());
    interest.places.insert(at, std::move(place));
}

bool creates_users(const ClusterConfig& cluster)
{
    return user_rules(cluster) != nullptr;
}

} // namespace

CycleRun::CycleRun(const CycleParts& parts, CycleMode mode)
    : parts_(parts), mode_(mode), cluster_(parts.cluster.name), journal_(parts.database),
      ownership_(parts.database), memory_(parts.database)
{
    report_.plan.cluster = cluster_;
    report_.plan.at = parts.clock.now();
}

Result<void> CycleRun::make_plan()
{
    if (auto loaded = load(); !loaded)
        return loaded;
    if (auto done = read(); !done)
        return done;
    // Who keeps storage must know the ids by which it counts.
    for (auto& part : sides_)
        if (!keeps(part, Kind::directory))
            look(part);
    settle_ids();
    for (auto& part : sides_)
        if (keeps(part, Kind::directory))
            look(part);
    for (auto& part : sides_) {
        if (!part.sick)
            project(part);
        tell_of(part);
    }
    doubt_store();
    differ();
    return guard();
}

Result<void> CycleRun::load()
{
    auto known = memory_.known(cluster_);
    if (!known)
        return known.error();
    known_ = std::move(*known);
    auto doubted = before_doubt(parts_.database, cluster_);
    if (!doubted)
        return doubted.error();
    in_doubt_ = doubted->has_value();
    listed_before_ = in_doubt_ ? std::move(**doubted) : present(known_);
    auto resources = memory_.resources(cluster_);
    if (!resources)
        return resources.error();
    resources_ = std::move(*resources);
    const auto now = parts_.clock.now();
    auto spent = month_spent(parts_.database, cluster_, month_of(now, parts_.cluster.usage.zone_offset), now,
        parts_.cluster.usage);
    if (!spent)
        return spent.error();
    spent_ = std::move(*spent);
    auto allowances = Allowances(parts_.database).load(cluster_, now);
    if (!allowances)
        return allowances.error();
    allowances_ = std::move(*allowances);
    auto settings = seen_settings(parts_.database, cluster_);
    if (!settings)
        return settings.error();
    settings_ = std::move(*settings);
    auto founded = founding(parts_.database);
    auto founded_text = founding_text(parts_.database);
    if (!founded || !founded_text)
        return founded ? founded_text.error() : founded.error();
    founding_ = *founded;
    founding_text_ = std::move(*founded_text);
    auto ids = SettledIds(parts_.database).load(cluster_);
    if (!ids)
        return ids.error();
    ids_ = std::move(*ids);
    auto troubles = Troubles(parts_.database).load(cluster_);
    if (!troubles)
        return troubles.error();
    troubles_ = std::move(*troubles);
    auto guards = Notes(parts_.database).note("guards/" + cluster_.text());
    if (!guards)
        return guards.error();
    if (*guards)
        guards_before_ = (*guards)->text;
    for (auto* backend : parts_.backends) {
        CyclePart part;
        part.backend = backend;
        auto owned = ownership_.load(backend->name(), cluster_);
        if (!owned)
            return owned.error();
        part.owned = std::move(*owned);
        auto open = journal_.open_intents(backend->name(), cluster_);
        if (!open)
            return open.error();
        part.open = std::move(*open);
        sides_.push_back(std::move(part));
    }
    return {};
}

MembershipRules CycleRun::rules() const
{
    MembershipRules rules;
    rules.cluster = cluster_;
    rules.portal = parts_.config.portal_of(parts_.cluster).identifier;
    rules.limit_unit = parts_.cluster.limit_unit;
    rules.zone_offset = parts_.cluster.usage.zone_offset;
    rules.member_grace = parts_.config.member_grace;
    rules.allocation_grace = parts_.config.allocation_grace;
    rules.protected_names = always_protected();
    rules.protected_names.insert(
        parts_.config.guards.protected_names.begin(), parts_.config.guards.protected_names.end());
    for (const auto& [resource, trouble] : troubles_)
        if (trouble.ours())
            rules.erred_by_us.insert(resource);
    return rules;
}

Result<void> CycleRun::read()
{
    progress("reading the portal", 0, 0);
    const auto now = parts_.clock.now();
    const auto zone = parts_.cluster.usage.zone_offset;
    const std::optional<std::map<Name, Spent>> unknown;
    const auto judge_listing = [&](const Listing& listing, bool same_month) {
        learn_grants(listing);
        return judge(listing, known_, resources_, same_month ? spent_ : unknown, rules(), now);
    };
    auto reading = read_portal({ parts_.portal, memory_, parts_.cluster.allocations, parts_.config.guards,
                                   parts_.config.snapshot_max_age },
        cluster_, now, zone, known_, judge_listing);
    if (!reading)
        return reading.error();
    listing_ = std::move(reading->listing);
    report_.judged = std::move(reading->judged);
    report_.portal_error = reading->away;
    report_.plan.fresh = report_.judged.snapshot.fresh;
    if (reading->away && reading->away->code == Errc::conflict)
        snapshot_trips_.push_back(not_whole_guard(*reading->away));
    if (reading->clock)
        snapshot_trips_.push_back(std::move(*reading->clock));
    if (report_.plan.fresh)
        if (auto trip = settings_guard(listing_, settings_, parts_.cluster.allocations))
            snapshot_trips_.push_back(std::move(*trip));
    report_.plan.findings = report_.judged.findings;
    if (grants_unknown_)
        report_.plan.findings.push_back({ Severity::warning, "grants-unknown", cluster_.text(),
            "what is granted to new projects can't be read: " + grants_unknown_->text, {} });
    if (!spent_)
        report_.plan.findings.push_back({ Severity::info, "spent-unknown", cluster_.text(),
            "the ledger has no whole figure of this month: gates stay as they stand",
            "site-agent usage collect" });
    report_.allocations = listing_.allocations.size();
    report_.associations = listing_.associations.size();
    report_.foreign_allocations = listing_.foreign_allocations;
    report_.foreign_associations = listing_.foreign_associations;
    report_.without_names = report_.judged.without_names;
    if (parts_.person)
        report_.waiting = resolve_people(report_.judged.snapshot, settled_places(), parts_.person,
            { parts_.config.guards.lowest_uid, creates_users(parts_.cluster) }, report_.plan.findings);
    return {};
}

/// Of a plugin that keeps storage of people: who has his. None: it keeps none.
std::optional<std::set<Name>> CycleRun::stored_for(const CyclePart& part) const
{
    const auto* volume = parts_.cluster.volume_of(part.backend->name());
    if (volume == nullptr || !volume->users.kept)
        return std::nullopt;
    const auto kind = volume->users.quota_by != QuotaBy::none ? Kind::quota : Kind::directory;
    std::set<Name> users;
    for (const auto& [key, owned] : part.owned)
        if (owned.record && key.kind == kind && !key.member.empty())
            users.insert(key.member);
    return users;
}

/// Who has all of his that is to be had from each plugin, as (group, user): he was looked up before.
std::set<Place> CycleRun::settled_places() const
{
    std::map<Place, std::size_t> places;
    std::size_t keepers = 0;
    for (const auto& part : sides_) {
        if (!keeps(part, Kind::group_member) && !keeps(part, Kind::association))
            continue;
        ++keepers;
        std::set<Place> of_part;
        for (const auto& [key, owned] : part.owned)
            if (owned.record && !key.name.empty() && !key.member.empty())
                of_part.emplace(key.name, key.member);
        for (const auto& place : of_part)
            ++places[place];
    }
    std::set<Place> everywhere;
    for (const auto& [place, count] : places)
        if (count == keepers)
            everywhere.insert(place);
    for (const auto& part : sides_)
        if (const auto users = stored_for(part))
            std::erase_if(everywhere, [&](const auto& place) { return !users->contains(place.second); });
    return everywhere;
}

/// Who has something of ours at the site, as (group, user).
std::set<Place> CycleRun::placed() const
{
    std::set<Place> places;
    for (const auto& part : sides_)
        for (const auto& [key, owned] : part.owned)
            if (owned.record)
                places.emplace(key.name, key.member);
    return places;
}

Interest CycleRun::interest(CyclePart& part)
{
    auto interest = part.backend->interest(report_.judged.snapshot);
    Interest wanted = interest ? std::move(*interest) : Interest {};
    if (!interest)
        part.sick = interest.error();
    for (const auto& entry : part.open)
        wanted.names.push_back(entry.change.key.name);
    for (const auto& entry : part.open)
        add_place(wanted, entry.change);
    std::sort(wanted.names.begin(), wanted.names.end());
    wanted.names.erase(std::unique(wanted.names.begin(), wanted.names.end()), wanted.names.end());
    wanted.removals |= report_.judged.expires;
    wanted.marked |= mode_ == CycleMode::stock || founding_ != Founding::founded;
    wanted.gids = parts_.cluster.gids;
    wanted.uids = parts_.cluster.uids;
    return wanted;
}

/// Observes one plugin's part; a plugin that can't is alone with its trouble.
void CycleRun::look(CyclePart& part)
{
    auto& snapshot = report_.judged.snapshot;
    progress("looking at the site", 0, 0);
    if (part.backend->reading_levels()) {
        part.resting = true;
        part.sick = Error { Errc::conflict, "the levels of its volume are being read" };
        return;
    }
    snapshot.owned = &part.owned;
    const auto wanted = interest(part);
    if (!part.sick) {
        if (auto observed = part.backend->observed(wanted))
            part.observation = std::move(*observed);
        else
            part.sick = observed.error();
    }
    if (!part.sick)
        answer_open_intents(part);
}

void CycleRun::tell_of(const CyclePart& part)
{
    if (part.resting)
        report_.plan.findings.push_back({ Severity::info, "storage-reading", part.backend->name(),
            part.sick->text + ": it has its turn in the next cycle", {} });
    else if (part.sick)
        report_.plan.sick.push_back({ part.backend->name(), *part.sick });
    else
        for (const auto* findings :
            { &part.observation.findings, &part.desired.findings, &part.difference.findings })
            report_.plan.findings.insert(report_.plan.findings.end(), findings->begin(), findings->end());
}

void CycleRun::project(CyclePart& part)
{
    auto& snapshot = report_.judged.snapshot;
    snapshot.owned = &part.owned;
    auto desired = part.backend->desired(snapshot, part.observation);
    if (!desired) {
        part.sick = desired.error();
        return;
    }
    part.desired = std::move(*desired);
    part.difference = diff(part.observation.records, part.desired, snapshot, parts_.config.changed_by_hand);
}

/// What a crash left open is answered by what the site shows now. In a plan only in memory.
void CycleRun::answer_open_intents(CyclePart& part)
{
    if (part.open.empty())
        return;
    std::vector<std::pair<std::int64_t, Settled>> answers;
    for (const auto& entry : part.open) {
        auto answer = settled(entry.change, record_of(part.observation, entry.change.key));
        if (answer.booked)
            settle(part.owned, *answer.booked);
        answers.emplace_back(entry.id, std::move(answer));
    }
    if (mode_ != CycleMode::apply)
        return;
    const auto now = parts_.clock.now();
    auto done
        = parts_.database.commit("answering what an earlier run left open", [&](Transaction& transaction) {
              for (auto& [id, answer] : answers) {
                  const auto said = answer.outcome == Outcome::done ? "seen at the site after an interruption"
                                                                    : "interrupted: " + answer.said;
                  journal_.settle(transaction, id, answer.outcome, said, now);
                  if (answer.booked)
                      ownership_.settled(transaction, part.backend->name(), *answer.booked, now);
              }
          });
    if (!done)
        part.sick = done.error();
}

/// A new store that finds our mark at the site is not the one that made it: what is ours is not known.
void CycleRun::doubt_store()
{
    if (founding_ == Founding::unfounded) {
        std::size_t marked = 0;
        for (const auto& part : sides_)
            for (const auto& record : part.observation.records) {
                const auto owned = part.owned.find(record.key);
                marked += record.marked && (owned == part.owned.end() || !owned->second.record) ? 1 : 0;
            }
        if (marked == 0)
            return;
        founding_ = Founding::lost;
        newly_lost_ = true;
        founding_text_
            = "the state file is new, but " + std::to_string(marked) + " records at the site bear our mark";
    }
    if (founding_ == Founding::lost)
        snapshot_trips_.push_back({ "store-lost",
            founding_text_
                + ": nothing is changed until a backup is restored (`site-agent restore`) or what "
                  "bears our mark is adopted (`site-agent adopt --marked`)",
            GuardScope::snapshot });
}

/// Ids of groups and users, once it is known what is there and before it is said what should be.
void CycleRun::settle_ids()
{
    IdsAtSite site;
    bool keeper = false;
    for (const auto& part : sides_) {
        if (!keeps(part, Kind::group) || part.sick)
            continue;
        keeper = true;
        for (const auto& record : part.observation.records)
            if (record.key.kind == Kind::group)
                if (const auto* gid = record.field(Name { "gid" }); gid && gid->value.number())
                    site.gids.emplace(record.key.name, static_cast<std::uint32_t>(*gid->value.number()));
        if (part.observation.ids) {
            site.in_use.groups.insert(
                part.observation.ids->groups.begin(), part.observation.ids->groups.end());
            site.in_use.users.insert(part.observation.ids->users.begin(), part.observation.ids->users.end());
        }
    }
    if (!parts_.ids.group_of)
        return;
    const auto any_keeps = [&](Kind kind) {
        return std::any_of(
            sides_.begin(), sides_.end(), [&](const CyclePart& part) { return keeps(part, kind); });
    };
    if (!any_keeps(Kind::group) && any_keeps(Kind::directory))
        new_ids_ = known_gids(report_.judged.snapshot, ids_, parts_.config.guards.lowest_uid, parts_.ids,
            report_.plan.findings);
    if (!keeper)
        return;
    const auto* users = user_rules(parts_.cluster);
    const IdRules rules { parts_.cluster.gids, parts_.cluster.uids, parts_.config.guards.lowest_uid,
        users && users->primary_group.empty() };
    new_ids_
        = site::settle_ids(report_.judged.snapshot, site, ids_, rules, parts_.ids, report_.plan.findings);
}

void CycleRun::differ()
{
    std::vector<KeptElsewhere> keepers;
    for (const auto& part : sides_)
        keepers.push_back({ part.backend->name(), part.backend->kinds(), part.observation, part.desired,
            part.difference, part.sick ? &*part.sick : nullptr });
    const NeedsAcross across(keepers);
    std::vector<std::pair<std::string, std::vector<Change>>> changes;
    for (auto& part : sides_) {
        if (part.sick)
            continue;
        auto& plan = report_.plan;
        plan.blocked.insert(
            plan.blocked.end(), part.difference.blocked.begin(), part.difference.blocked.end());
        auto wanted = part.difference.changes;
        if (!plan.fresh)
            std::erase_if(wanted, [](const Change& change) { return change.effect != Effect::stops; });
        auto waiting = across.sort_out(part.backend->name(), wanted);
        std::move(waiting.begin(), waiting.end(), std::back_inserter(plan.blocked));
        changes.emplace_back(part.backend->name(), std::move(wanted));
    }
    report_.plan.steps = ordered(std::move(changes));
}

Result<std::vector<GuardTrip>> CycleRun::trips() const
{
    const auto& plan = report_.plan;
    auto all = snapshot_trips_;
    if (plan.fresh) {
        auto of_lists = lists_guard(listing_, listed_before_, parts_.config.guards);
        std::move(of_lists.begin(), of_lists.end(), std::back_inserter(all));
    }
    const bool takes = std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
        return std::any_of(step.changes.begin(), step.changes.end(),
            [](const Change& change) { return change.effect == Effect::takes_away; });
    });
    if (!takes)
        return all;
    Holdings holdings;
    for (const auto& part : sides_)
        for (const auto& [key, record] : part.owned)
            if (record.record) {
                ++holdings.owned[key.kind];
                holdings.places.emplace(key.name, key.member);
            }
    for (const auto& allocation : report_.judged.snapshot.allocations)
        if (allocation.standing == Standing::revoked || allocation.standing == Standing::expired)
            holdings.gone.insert(allocation.group);
    auto taken = Taken(parts_.database).since(cluster_, parts_.clock.now() - guarded_span);
    if (!taken)
        return taken.error();
    holdings.taken = std::move(*taken);
    auto of_changes = taking_away_guard(plan.steps, holdings, parts_.config.guards);
    std::move(of_changes.begin(), of_changes.end(), std::back_inserter(all));
    return all;
}

/// Makes the allowances that the caller asks for; refuses when the plan is not the printed one.
Result<void> CycleRun::allow(const std::vector<GuardTrip>& tripped)
{
    const auto& plan = report_.plan;
    const auto& asked = *parts_.allow;
    if (const auto id = plan_id(plan.steps); id != asked.plan)
        return Error { Errc::conflict,
            "nothing is allowed: the plan is " + id + " now, not " + cited(asked.plan)
                + "; look at it again with `site-agent plan`" };
    const auto now = parts_.clock.now();
    for (const auto& guard : asked.guards) {
        if (!may_be_allowed(guard))
            return Error { Errc::invalid, "guard " + cited(guard) + " can't be allowed" };
        Allowance made { 0, guard, asked.plan, parts_.by, now, now + allowance_span };
        bool found = false;
        for (const auto& trip : tripped) {
            if (trip.guard != guard)
                continue;
            found = true;
            for (const auto& step : plan.steps)
                for (const auto& change : step.changes)
                    if (trip.scope == GuardScope::snapshot || change.effect == Effect::takes_away)
                        made.changes.emplace(step.plugin, text(change));
        }
        if (!found)
            return Error { Errc::invalid,
                "guard " + cited(guard) + " is not tripped in plan " + asked.plan + ": nothing to allow" };
        allowances_.push_back(std::move(made));
    }
    return {};
}

Result<void> CycleRun::guard()
{
    auto tripped = trips();
    if (!tripped)
        return tripped.error();
    for (const auto& step : report_.plan.steps)
        for (const auto& change : step.changes)
            wanted_.emplace(step.plugin, text(change));
    if (parts_.allow)
        if (auto allowed = allow(*tripped); !allowed)
            return allowed;
    hold(report_.plan, std::move(*tripped), allowances_);
    return {};
}

} // namespace site
