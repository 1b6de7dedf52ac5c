#include "core/cycle_run.hpp"

#include "core/record_of.hpp"
#include "store/taken.hpp"
#include "system/fault.hpp"

#include <algorithm>
#include <unordered_set>

namespace site {
namespace {

/// One journal commit, one call of the plugin and one look afterwards for at most this many changes, so
/// that a stop request is heard and progress is seen. A plugin's bulk command is far from linear: large.
constexpr std::size_t most_in_batch = 5000;

} // namespace

Result<void> CycleRun::carry_out()
{
    if (auto kept = keep_new_allowances(); !kept)
        return kept;
    for (const auto& step : report_.plan.steps) {
        auto& part = *std::find_if(sides_.begin(), sides_.end(),
            [&](const CyclePart& side) { return side.backend->name() == step.plugin; });
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

/// Intents with who is new, the plugin's work, a look, and the outcomes with what is ours now: two commits.
Result<void> CycleRun::batch(CyclePart& part, std::vector<Change> changes)
{
    put_off_unmet(changes);
    if (changes.empty())
        return {};
    const auto done_before = report_.outcomes.size();
    progress("changing " + part.backend->name(), done_before, report_.plan.size());
    const auto commands = part.backend->commands(changes); // none: the intents are enough to go on
    std::vector<std::int64_t> ids;
    auto newcomers = with_newcomers();
    auto intended = parts_.database.commit("writing the intents", [&](Transaction& transaction) {
        ids = journal_.intend(transaction, part.backend->name(), parts_.by, report_.plan.at, changes);
        if (commands)
            journal_.ran(transaction, ids, *commands, report_.plan.at);
        Taken taken(parts_.database);
        for (const auto& change : changes)
            if (change.effect == Effect::takes_away && !allowed(part.backend->name(), change))
                taken.add(transaction, { part.backend->name(), change.key }, report_.plan.at);
        if (newcomers)
            memory_.save(transaction, cluster_, known_, *newcomers);
        if (newcomers && doubted())
            keep_listed(transaction, report_.plan.at);
        keep_new_ids(transaction, report_.plan.at);
    });
    if (!intended)
        return intended;
    new_ids_ = {};
    if (newcomers) {
        known_ = std::move(*newcomers);
        newcomers_kept_ = true;
        in_doubt_ |= doubted();
    }
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

/// Who is new is remembered before anything is made for him: what a crash left would else belong to nobody
/// and be removed without a grace. None: it is done, or nobody is to be believed.
std::optional<Known> CycleRun::with_newcomers() const
{
    const auto& judged = report_.judged;
    if (!report_.plan.fresh || newcomers_kept_)
        return std::nullopt;
    return without_newly_gone(judged.known, judged.gone_allocations, judged.gone_associations);
}

/// A change whose need is neither at the site nor made with it waits; others of the project go on.
void CycleRun::put_off_unmet(std::vector<Change>& changes)
{
    if (std::none_of(
            changes.begin(), changes.end(), [](const Change& change) { return !change.needs.empty(); }))
        return;
    std::unordered_set<Key> there;
    for (const auto& part : sides_)
        for (const auto& record : part.observation.records)
            there.insert(record.key);
    for (const auto& change : changes)
        if (change.action == Action::create)
            there.insert(change.key);
    std::erase_if(changes, [&](const Change& change) {
        const auto unmet = std::find_if(
            change.needs.begin(), change.needs.end(), [&](const Key& need) { return !there.contains(need); });
        if (unmet == change.needs.end())
            return false;
        report_.outcomes.push_back({ change, "later", "waits for " + text(*unmet) });
        return true;
    });
}

/// An id is given for good before anything is made with it: after a crash the name gets the same one.
void CycleRun::keep_new_ids(Transaction& transaction, Instant now)
{
    if (!new_ids_.groups.empty() || !new_ids_.users.empty())
        SettledIds(parts_.database).save(transaction, cluster_, new_ids_, now);
}

void CycleRun::fall_sick(CyclePart& part, const Error& error)
{
    part.sick = error;
    fared_.outage = true;
    report_.plan.sick.push_back({ part.backend->name(), error });
}

Result<void> CycleRun::book(CyclePart& part, const std::vector<Change>& changes,
    const std::vector<std::int64_t>& ids, const Result<std::vector<Result<void>>>& said)
{
    std::vector<Settled> answers;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        auto answer = settled(changes[i], record_of(part.observation, changes[i].key));
        std::optional<Error> error;
        if (!said)
            error = said.error();
        else if ((*said)[i].has_error())
            error = (*said)[i].error();
        if (answer.outcome == Outcome::failed && error) {
            answer.said = error->text;
            if (error->code == Errc::conflict)
                answer.outcome = Outcome::later;
            fared_.outage |= !said || retryable(error->code);
        }
        answers.push_back(std::move(answer));
    }
    const auto now = parts_.clock.now();
    auto done = parts_.database.commit("writing the outcomes", [&](Transaction& transaction) {
        for (std::size_t i = 0; i < changes.size(); ++i) {
            journal_.settle(transaction, ids[i], answers[i].outcome, answers[i].said, now);
            if (answers[i].booked)
                ownership_.settled(transaction, part.backend->name(), *answers[i].booked, now);
            if (answers[i].outcome == Outcome::done)
                use_allowances(transaction, part.backend->name(), changes[i]);
        }
    });
    if (!done)
        return done;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (answers[i].booked)
            settle(part.owned, *answers[i].booked);
        count_outcome(changes[i], answers[i]);
        report_.outcomes.push_back({ changes[i], std::string(name(answers[i].outcome)), answers[i].said });
    }
    return {};
}

/// What the outcome says of the resource that asked for the change.
void CycleRun::count_outcome(const Change& change, const Settled& answer)
{
    const auto& all = report_.judged.snapshot.allocations;
    const auto allocation = std::lower_bound(all.begin(), all.end(), change.key.name,
        [](const Allocation& one, Name name) { return one.group < name; });
    if (allocation == all.end() || allocation->group != change.key.name || allocation->resource.is_nil())
        return;
    const auto key = text(change.key);
    if (answer.outcome == Outcome::failed)
        fared_.failed.emplace(
            allocation->resource, answer.said.starts_with(key) ? answer.said : key + ": " + answer.said);
    else if (answer.outcome == Outcome::done)
        fared_.done.insert(allocation->resource);
}

Result<void> CycleRun::keep_new_allowances()
{
    if (!parts_.allow)
        return {};
    Allowances store(parts_.database);
    return parts_.database.commit("writing the allowances", [&](Transaction& transaction) {
        for (auto& allowance : allowances_) {
            if (allowance.id != 0)
                continue;
            allowance.id = store.add(transaction, cluster_, allowance);
            journal_.note(transaction, "allowance", parts_.by,
                "guard " + allowance.guard + " may be passed by the "
                    + std::to_string(allowance.changes.size()) + " changes of plan " + allowance.plan,
                report_.plan.at);
        }
    });
}

bool CycleRun::allowed(const std::string& plugin, const Change& change) const
{
    return std::any_of(allowances_.begin(), allowances_.end(), [&](const Allowance& one) {
        return one.changes.contains({ plugin, text(change) });
    });
}

void CycleRun::use_allowances(Transaction& transaction, const std::string& plugin, const Change& change)
{
    if (allowances_.empty())
        return;
    const AllowedChange named { plugin, text(change) };
    for (auto& allowance : allowances_)
        if (allowance.changes.erase(named) > 0)
            Allowances(parts_.database).use(transaction, allowance.id, named);
}

} // namespace site
