#include "core/cycle.hpp"

#include "accounting/collect.hpp"
#include "core/cycle_summary.hpp"
#include "core/grace.hpp"
#include "core/portal_reading.hpp"
#include "core/settle.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "store/notes.hpp"
#include "store/ownership_store.hpp"
#include "store/portal_memory.hpp"
#include "system/fault.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

namespace site {
namespace {

/// One journal commit, one call of the plugin and one look afterwards for at most this many changes, so
/// that a stop request is heard and progress is seen. A plugin's bulk command is far from linear: large.
constexpr std::size_t most_in_batch = 5000;

/// One backend's part of the cycle.
struct Part {
    Backend* backend = nullptr;
    Ownership owned;
    std::vector<JournalEntry> open; ///< intents that a crash left without outcome
    Observation observation;
    Desired desired;
    Difference difference;
    std::optional<Error> sick;
};

const Record* find(const Observation& observation, const Key& key)
{
    const auto found = std::lower_bound(observation.records.begin(), observation.records.end(), key,
        [](const Record& record, const Key& wanted) { return record.key < wanted; });
    return found != observation.records.end() && found->key == key ? &*found : nullptr;
}

class Run {
public:
    Run(const CycleParts& parts, CycleMode mode)
        : parts_(parts), mode_(mode), cluster_(parts.cluster.name), journal_(parts.database),
          ownership_(parts.database), memory_(parts.database)
    {
        report_.plan.cluster = cluster_;
        report_.plan.at = parts.clock.now();
    }

    CycleReport run()
    {
        auto done = make_plan();
        if (done && mode_ == CycleMode::apply)
            done = carry_out();
        if (!done)
            report_.error = done.error();
        return std::move(report_);
    }

private:
    Result<void> make_plan()
    {
        if (auto loaded = load(); !loaded)
            return loaded;
        if (auto done = read(); !done)
            return done;
        for (auto& part : sides_)
            look(part);
        differ();
        guard();
        return {};
    }

    Result<void> load()
    {
        auto known = memory_.known(cluster_);
        if (!known)
            return known.error();
        known_ = std::move(*known);
        auto resources = memory_.resources(cluster_);
        if (!resources)
            return resources.error();
        resources_ = std::move(*resources);
        const auto now = parts_.clock.now();
        auto spent = month_spent(parts_.database, cluster_, month_of(now, parts_.cluster.usage.zone_offset),
            now, parts_.cluster.usage);
        if (!spent)
            return spent.error();
        spent_ = std::move(*spent);
        for (auto* backend : parts_.backends) {
            Part part;
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

    [[nodiscard]] MembershipRules rules() const
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
        return rules;
    }

    Result<void> read()
    {
        progress("reading the portal", 0, 0);
        const auto now = parts_.clock.now();
        const auto zone = parts_.cluster.usage.zone_offset;
        const std::optional<std::map<Name, Spent>> unknown;
        const auto judge_listing = [&](const Listing& listing, bool same_month) {
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
        if (reading->clock)
            report_.plan.guards.push_back(std::move(*reading->clock));
        report_.plan.findings = report_.judged.findings;
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
            report_.waiting = resolve_people(report_.judged.snapshot, placed(), parts_.person,
                parts_.config.guards, report_.plan.findings);
        return {};
    }

    /// Who has something of ours at the site, as (group, user).
    [[nodiscard]] std::set<Place> placed() const
    {
        std::set<Place> places;
        for (const auto& part : sides_)
            for (const auto& [key, owned] : part.owned)
                if (owned.record)
                    places.emplace(key.name, key.member);
        return places;
    }

    Interest interest(Part& part)
    {
        auto interest = part.backend->interest(report_.judged.snapshot);
        Interest wanted = interest ? std::move(*interest) : Interest {};
        if (!interest)
            part.sick = interest.error();
        for (const auto& entry : part.open)
            wanted.names.push_back(entry.change.key.name);
        std::sort(wanted.names.begin(), wanted.names.end());
        wanted.names.erase(std::unique(wanted.names.begin(), wanted.names.end()), wanted.names.end());
        wanted.removals |= report_.judged.expires;
        return wanted;
    }

    /// Observes and projects one plugin's part; a plugin that can't is alone with its trouble.
    void look(Part& part)
    {
        auto& snapshot = report_.judged.snapshot;
        progress("looking at the site", 0, 0);
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
        if (!part.sick)
            project(part);
        if (part.sick)
            report_.plan.sick.push_back({ part.backend->name(), *part.sick });
        else
            for (const auto* findings :
                { &part.observation.findings, &part.desired.findings, &part.difference.findings })
                report_.plan.findings.insert(report_.plan.findings.end(), findings->begin(), findings->end());
    }

    void project(Part& part)
    {
        auto& snapshot = report_.judged.snapshot;
        snapshot.owned = &part.owned;
        auto desired = part.backend->desired(snapshot, part.observation);
        if (!desired) {
            part.sick = desired.error();
            return;
        }
        part.desired = std::move(*desired);
        part.difference = diff(part.observation.records, part.desired, snapshot);
    }

    /// What a crash left open is answered by what the site shows now. In a plan only in memory.
    void answer_open_intents(Part& part)
    {
        if (part.open.empty())
            return;
        std::vector<std::pair<std::int64_t, Settled>> answers;
        for (const auto& entry : part.open) {
            auto answer = settled(entry.change, find(part.observation, entry.change.key));
            if (answer.booked)
                settle(part.owned, *answer.booked);
            answers.emplace_back(entry.id, std::move(answer));
        }
        if (mode_ != CycleMode::apply)
            return;
        const auto now = parts_.clock.now();
        auto done = parts_.database.commit(
            "answering what an earlier run left open", [&](Transaction& transaction) {
                for (auto& [id, answer] : answers) {
                    const auto said = answer.outcome == Outcome::done
                        ? "seen at the site after an interruption"
                        : "interrupted: " + answer.said;
                    journal_.settle(transaction, id, answer.outcome, said, now);
                    if (answer.booked)
                        ownership_.settled(transaction, part.backend->name(), *answer.booked, now);
                }
            });
        if (!done)
            part.sick = done.error();
    }

    void differ()
    {
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
            changes.emplace_back(part.backend->name(), std::move(wanted));
        }
        report_.plan.steps = ordered(std::move(changes));
    }

    void guard()
    {
        auto& plan = report_.plan;
        if (!plan.guards.empty()) { // of the whole snapshot: no change at all
            for (auto& step : plan.steps)
                std::move(
                    step.changes.begin(), step.changes.end(), std::back_inserter(plan.guards.front().held));
            plan.steps.clear();
        }
        auto trips = plan.fresh ? lists_guard(listing_, known_) : std::vector<GuardTrip> {};
        std::map<Kind, std::size_t> owned;
        for (const auto& part : sides_)
            for (const auto& [key, record] : part.owned)
                owned[key.kind] += record.record ? 1 : 0;
        for (auto& trip : taking_away_guard(plan.steps, owned, parts_.config.guards))
            trips.push_back(std::move(trip));
        hold_taking_away(plan.steps, trips);
        std::move(trips.begin(), trips.end(), std::back_inserter(plan.guards));
        plan.id = plan_id(plan.steps);
    }

    Result<void> carry_out()
    {
        for (const auto& step : report_.plan.steps) {
            auto& part = *std::find_if(sides_.begin(), sides_.end(),
                [&](const Part& side) { return side.backend->name() == step.plugin; });
            for (std::size_t at = 0; at < step.changes.size(); at += most_in_batch) {
                if (parts_.stop && parts_.stop()) {
                    report_.stopped = true;
                    return finish();
                }
                if (part.sick)
                    break;
                const auto end = std::min(step.changes.size(), at + most_in_batch);
                if (auto done = batch(part,
                        { step.changes.begin() + static_cast<std::ptrdiff_t>(at),
                            step.changes.begin() + static_cast<std::ptrdiff_t>(end) });
                    !done)
                    return done;
            }
        }
        return finish();
    }

    /// Intents, the plugin's work, a look, and the outcomes with what is ours now: two commits.
    Result<void> batch(Part& part, std::vector<Change> changes)
    {
        put_off_unmet(part, changes);
        if (changes.empty())
            return {};
        const auto done_before = report_.outcomes.size();
        progress("changing " + part.backend->name(), done_before, report_.plan.size());
        std::vector<std::int64_t> ids;
        auto intended = parts_.database.commit("writing the intents", [&](Transaction& transaction) {
            ids = journal_.intend(transaction, part.backend->name(), parts_.by, report_.plan.at, changes);
        });
        if (!intended)
            return intended;
        fault_point("apply");
        auto said = part.backend->apply(changes);
        fault_point("applied");
        auto observed = part.backend->observed(interest(part));
        if (!observed) {
            // What was done is not known: the intents stay open and the next look answers them.
            fall_sick(part, observed.error());
            for (auto& change : changes)
                report_.outcomes.push_back({ std::move(change), "open", observed.error().text });
            return {};
        }
        part.observation = std::move(*observed);
        auto booked = book(part, changes, ids, said);
        progress("changing " + part.backend->name(), report_.outcomes.size(), report_.plan.size());
        return booked;
    }

    /// A change whose need is neither at the site nor made with it waits; others of the project go on.
    void put_off_unmet(const Part& part, std::vector<Change>& changes)
    {
        std::unordered_set<Key> there;
        for (const auto& record : part.observation.records)
            there.insert(record.key);
        for (const auto& change : changes)
            if (change.action == Action::create)
                there.insert(change.key);
        std::erase_if(changes, [&](const Change& change) {
            const auto unmet = std::find_if(change.needs.begin(), change.needs.end(),
                [&](const Key& need) { return !there.contains(need); });
            if (unmet == change.needs.end())
                return false;
            report_.outcomes.push_back({ change, "later", "waits for " + text(*unmet) });
            return true;
        });
    }

    void fall_sick(Part& part, const Error& error)
    {
        part.sick = error;
        report_.plan.sick.push_back({ part.backend->name(), error });
    }

    Result<void> book(Part& part, const std::vector<Change>& changes, const std::vector<std::int64_t>& ids,
        const Result<std::vector<Result<void>>>& said)
    {
        std::vector<Settled> answers;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            auto answer = settled(changes[i], find(part.observation, changes[i].key));
            std::optional<Error> error;
            if (!said)
                error = said.error();
            else if ((*said)[i].has_error())
                error = (*said)[i].error();
            if (answer.outcome == Outcome::failed && error) {
                answer.said = error->text;
                if (error->code == Errc::conflict)
                    answer.outcome = Outcome::later;
            }
            answers.push_back(std::move(answer));
        }
        const auto now = parts_.clock.now();
        auto done = parts_.database.commit("writing the outcomes", [&](Transaction& transaction) {
            for (std::size_t i = 0; i < changes.size(); ++i) {
                journal_.settle(transaction, ids[i], answers[i].outcome, answers[i].said, now);
                if (answers[i].booked)
                    ownership_.settled(transaction, part.backend->name(), *answers[i].booked, now);
            }
        });
        if (!done)
            return done;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (answers[i].booked)
                settle(part.owned, *answers[i].booked);
            report_.outcomes.push_back(
                { changes[i], std::string(name(answers[i].outcome)), answers[i].said });
        }
        return {};
    }

    /// What the cycle leaves to be remembered: who stands how, what vanished, the snapshot. One commit.
    Result<void> finish()
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
                if (report_.plan.guards.empty()) // lists that a guard doubts are not what to fall back on
                    memory_.save_snapshot(transaction, cluster_, listing_.taken, text);
            }
            for (auto& part : sides_) {
                if (part.sick)
                    continue;
                for (const auto& key : part.difference.vanished)
                    ownership_.forget(transaction, part.backend->name(), key);
                for (const auto& [key, field] : part.difference.vanished_fields)
                    ownership_.forget_field(transaction, part.backend->name(), key, field);
            }
            Notes(parts_.database)
                .put(transaction, "cycle/" + cluster_.text(), summary(report_, parts_.by), now);
        });
    }

    [[nodiscard]] Known remembered() const
    {
        const auto& judged = report_.judged;
        const bool sick = std::any_of(
            sides_.begin(), sides_.end(), [](const Part& part) { return part.sick.has_value(); });
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

    void progress(std::string doing, std::size_t done, std::size_t total) const
    {
        if (parts_.progress)
            parts_.progress({ std::move(doing), done, total });
    }

    const CycleParts& parts_;
    const CycleMode mode_;
    const Name cluster_;
    Journal journal_;
    OwnershipStore ownership_;
    PortalMemory memory_;
    Known known_;
    std::map<Uuid, ResourceRow> resources_;
    std::optional<std::map<Name, Spent>> spent_;
    Listing listing_;
    std::vector<Part> sides_;
    CycleReport report_;
};

} // namespace

CycleReport cycle(const CycleParts& parts, CycleMode mode)
{
    return Run(parts, mode).run();
}

int CycleReport::exit_code() const
{
    const bool failed = std::any_of(outcomes.begin(), outcomes.end(),
        [](const auto& done) { return done.outcome == "failed" || done.outcome == "open"; });
    if (error || portal_error || failed || !plan.sick.empty())
        return 1;
    if (!plan.guards.empty())
        return 3;
    const bool later = std::any_of(
        outcomes.begin(), outcomes.end(), [](const auto& one) { return one.outcome == "later"; });
    return later || stopped || (outcomes.empty() && plan.size() > 0) ? 2 : 0;
}

} // namespace site
