#include "core/explain_links.hpp"
#include "core/record_of.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::size_t most_told = 3; ///< in the line; the details have all

struct Blocker {
    LinkState state;
    std::string sort; ///< stable: `guard`, `refused`
    std::string text;
    std::string advice {};
    std::string who {};
};

/// The finding that says the same; null when there is none.
const Finding* finding_of(const Plan& plan, const std::string& why)
{
    const auto found = std::find_if(plan.findings.begin(), plan.findings.end(), [&](const Finding& finding) {
        return !finding.text.empty()
            && (finding.text.find(why) != std::string::npos || why.find(finding.text) != std::string::npos);
    });
    return found == plan.findings.end() ? nullptr : &*found;
}

const GuardTrip* guard_of(const Plan& plan, const Key& key)
{
    for (const auto& trip : plan.guards)
        for (const auto& held : trip.held)
            if (held.change.key == key)
                return &trip;
    return nullptr;
}

Prospect guarded(const GuardTrip& trip)
{
    return { LinkState::fails, "guard " + trip.guard + " holds it: " + trip.text,
        "look at the held changes with site-agent plan; it prints how to let them pass", Whose::admin };
}

/// Whether the cause is only that his turn has not come.
bool waiting(const Subject& subject, const Key& key)
{
    for (const auto* member : { subject.member, subject.sharer })
        if (member && member->user == key.member && member->standing == Standing::waiting)
            return true;
    return false;
}

Prospect refused(
    const ExplainSources& sources, const Subject& subject, const Key& key, const std::string& why)
{
    Prospect out { waiting(subject, key) ? LinkState::waits : LinkState::fails, why, {}, Whose::admin };
    if (const auto* finding = finding_of(sources.plan, why))
        out.advice = (finding->advice.empty() ? "" : finding->advice + "; ") + std::string("see ")
            + finding->code + " in the runbook";
    else
        out.advice = "mend what refuses it: site-agent plan tells it too";
    return out;
}

Prospect blocked(const std::string& why, const Key& key)
{
    if (why.starts_with("waits for "))
        return { LinkState::waits, why, "see that link of the chain first", Whose::admin };
    return { LinkState::fails, why, "take it over: site-agent adopt " + key.name.text(), Whose::admin };
}

const Blocked* blocked_in(const std::vector<Blocked>& all, const Key& key)
{
    const auto found
        = std::find_if(all.begin(), all.end(), [&](const Blocked& one) { return one.key == key; });
    return found == all.end() ? nullptr : &*found;
}

bool planned(const Plan& plan, const std::string& plugin, const Key& key)
{
    return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const Step& step) {
        return step.plugin == plugin
            && std::any_of(step.changes.begin(), step.changes.end(),
                [&](const Change& change) { return change.key == key; });
    });
}

const JournalEntry* unfinished(const SubjectFacts& facts, const std::string& plugin, const Key& key)
{
    const auto found = std::find_if(facts.last.begin(), facts.last.end(), [&](const JournalEntry& entry) {
        return entry.plugin == plugin && entry.change.key == key && entry.outcome != Outcome::done;
    });
    return found == facts.last.end() ? nullptr : &*found;
}

Prospect tried(const JournalEntry& entry)
{
    const auto when = "tried at " + text(entry.at) + ": ";
    switch (entry.outcome) {
    case Outcome::open:
        return { LinkState::waits, when + "it is not known yet what became of it",
            "the next cycle looks; site-agent journal --unfinished", Whose::nobody };
    case Outcome::later:
        return { LinkState::waits, when + "it can't be done yet: " + entry.said, "it is tried in each cycle",
            Whose::nobody };
    case Outcome::done:
    case Outcome::failed:
        break;
    }
    return { LinkState::fails, when + "it failed: " + entry.said,
        "mend what the tool says; it is tried again in each cycle", Whose::admin };
}

bool changes(const Difference& difference, const Key& key)
{
    return std::any_of(difference.changes.begin(), difference.changes.end(),
        [&](const Change& change) { return change.key == key; });
}

class Blockers {
public:
    Blockers(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts)
        : sources_(sources), subject_(subject), facts_(facts)
    {
    }

    Link run()
    {
        guards();
        for (const auto& one : sources_.plan.blocked)
            if (concerns(subject_, one.key))
                add(blocked(one.why, one.key), "blocked", text(one.key));
        for (const auto& side : sources_.sides)
            of(side);
        for (const auto& entry : facts_.last)
            attempt(entry);
        return told();
    }

private:
    void add(Prospect what, std::string sort, const std::string& about)
    {
        found_.push_back({ what.state, std::move(sort), about + ": " + what.text, std::move(what.advice),
            std::move(what.who) });
    }

    void guards()
    {
        for (const auto& trip : sources_.plan.guards)
            for (const auto& held : trip.held)
                if (concerns(subject_, held.change.key))
                    add(guarded(trip), "guard", text(held.change));
    }

    void of(const ExplainSide& side)
    {
        if (side.sick) {
            add({ LinkState::unknown, side.sick->text, "mend what the plugin needs: site-agent check",
                    Whose::admin },
                "sick", "can't look");
            return;
        }
        for (const auto& refusal : side.desired.refused)
            if (concerns(subject_, refusal.key)
                && !(subject_.sort == SubjectSort::project && !refusal.key.member.empty()))
                add(refused(sources_, subject_, refusal.key, refusal.why), "refused",
                    side.plugin + ": " + text(refusal.key));
    }

    void attempt(const JournalEntry& entry)
    {
        if (entry.outcome == Outcome::done || !concerns(subject_, entry.change.key))
            return;
        const auto side = std::find_if(sources_.sides.begin(), sources_.sides.end(),
            [&](const ExplainSide& one) { return one.plugin == entry.plugin; });
        // What is as it should be by now, or is no longer asked for, is in nobody's way.
        if (side != sources_.sides.end() && !side->sick && !changes(side->difference, entry.change.key))
            return;
        add(tried(entry), "unfinished", text(entry.change));
    }

    /// Findings are no cause by themselves: they are shown, and decide nothing.
    void findings(Link& link) const
    {
        // Also one that holds nothing of his: with a lost store, say, what is ours is not known.
        for (const auto& trip : sources_.plan.guards)
            if (trip.scope == GuardScope::snapshot)
                link.details.emplace_back("tripped", "guard " + trip.guard + ": " + trip.text);
        const auto& all = sources_.plan.findings;
        for (const auto& finding : all)
            if (about_him(finding.subject))
                link.details.emplace_back("finding",
                    std::string(name(finding.severity)) + " " + finding.code + ": " + finding.subject + ": "
                        + finding.text);
    }

    [[nodiscard]] bool about_him(const std::string& what) const
    {
        if (what.empty())
            return false;
        const auto allocation = subject_.row ? subject_.row->name
            : subject_.known                 ? subject_.known->name
                                             : std::string {};
        const auto& user = subject_.user.text();
        const auto& group = subject_.group.text();
        if (what == allocation || what == group || (!user.empty() && what == user))
            return true;
        if (!user.empty() && (what == allocation + "/" + user || what.ends_with("/" + group + "/" + user)))
            return true;
        return !group.empty() && what.ends_with("/" + group);
    }

    Link told()
    {
        Link link { "blocked-by" };
        const auto worse = [](const Blocker& a, const Blocker& b) {
            const auto rank = [](LinkState state) {
                return state == LinkState::fails ? 0 : state == LinkState::waits ? 1 : 2;
            };
            return rank(a.state) < rank(b.state);
        };
        std::stable_sort(found_.begin(), found_.end(), worse);
        for (const auto& one : found_)
            link.details.emplace_back(one.sort, one.text);
        findings(link);
        if (found_.empty()) {
            link.text = "nothing is held, refused or unfinished";
            return link;
        }
        for (std::size_t i = 0; i < std::min(found_.size(), most_told); ++i)
            link.text += (i == 0 ? "" : "; ") + found_[i].text;
        if (found_.size() > most_told)
            link.text += "; and " + std::to_string(found_.size() - most_told) + " more";
        link.state = found_.front().state;
        link.advice = found_.front().advice;
        link.who = found_.front().who;
        return link;
    }

    const ExplainSources& sources_;
    const Subject& subject_;
    const SubjectFacts& facts_;
    std::vector<Blocker> found_;
};

} // namespace

bool keeps(const ExplainSide& side, Kind kind)
{
    return std::find(side.kinds.begin(), side.kinds.end(), kind) != side.kinds.end();
}

bool concerns(const Subject& subject, const Key& key)
{
    if (key.kind == Kind::user)
        return !subject.user.empty() && key.member == subject.user;
    if (subject.group.empty() || key.name != subject.group)
        return false;
    return subject.sort == SubjectSort::project || key.member.empty() || key.member == subject.user;
}

bool refuses(const Refusal& refusal, const Key& key)
{
    const auto& mark = refusal.key;
    return mark.cluster == key.cluster && mark.name == key.name && key.kind >= mark.kind
        && (mark.member.empty() || mark.member == key.member);
}

Prospect prospect(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts,
    const ExplainSide& side, const Key& key)
{
    const auto& plan = sources.plan;
    if (const auto* trip = guard_of(plan, key))
        return guarded(*trip);
    for (const auto& refusal : side.desired.refused)
        if (refuses(refusal, key))
            return refused(sources, subject, key, refusal.why);
    for (const auto* all : { &side.difference.blocked, &plan.blocked })
        if (const auto* one = blocked_in(*all, key))
            return blocked(one->why, key);
    for (const auto& drift : side.difference.drifted)
        if (drift.key == key && !drift.repaired)
            return { LinkState::fails, "somebody changed it by hand, and it is left so",
                "set it right by hand, or changed_by_hand: repair", Whose::admin };
    const bool asked = changes(side.difference, key);
    if (const auto* entry = asked ? unfinished(facts, side.plugin, key) : nullptr)
        return tried(*entry);
    if (planned(plan, side.plugin, key) && sources.audit)
        return { LinkState::waits, "it would be set right, but nothing is changed in mode audit",
            "set mode: enforce, once the plan is as it should be", Whose::admin };
    if (planned(plan, side.plugin, key))
        return { LinkState::waits,
            record_of(side.observation, key) ? "the next cycle sets it right" : "the next cycle makes it",
            "if cycles have gone by, look at site-agent status", Whose::nobody };
    if (asked)
        return { LinkState::waits, "nothing is given while the portal is away",
            "bring the portal back: site-agent check", Whose::admin };
    if (subject.allocation && subject.allocation->standing == Standing::present
        && !subject.allocation->may_create)
        return { LinkState::fails, "nothing new is made in the portal's state of the allocation",
            "set the allocation in order in the portal", Whose::owner };
    return { LinkState::fails, "nothing asks for it", "see what the portal says, above", Whose::owner };
}

Link blockers_link(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts)
{
    return Blockers(sources, subject, facts).run();
}

} // namespace site
