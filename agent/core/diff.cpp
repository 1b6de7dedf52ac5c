#include "core/diff.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace site {
namespace {

std::string dated(const std::optional<Instant>& until)
{
    return until ? ", until " + text(*until) : "";
}

class Comparison {
public:
    Comparison(
        const std::vector<Record>& observed, const Desired& desired, const Snapshot& snapshot, ByHand by_hand)
        : desired_(desired), snapshot_(snapshot), owned_(*snapshot.owned), by_hand_(by_hand)
    {
        for (const auto& record : observed)
            observed_.emplace(record.key, &record);
        for (const auto& record : desired.records)
            wanted_.insert(record.key);
        for (const auto& refusal : desired.refused)
            refused_[refusal.key.name].push_back(&refusal);
    }

    Difference run()
    {
        for (const auto& record : desired_.records)
            compare(record);
        remove_unwanted();
        remove_strays();
        std::sort(result_.vanished.begin(), result_.vanished.end());
        return std::move(result_);
    }

private:
    [[nodiscard]] const Owned* owned(const Key& key) const
    {
        const auto found = owned_.find(key);
        return found == owned_.end() ? nullptr : &found->second;
    }

    [[nodiscard]] const Record* at_site(const Key& key) const
    {
        const auto found = observed_.find(key);
        return found == observed_.end() ? nullptr : found->second;
    }

    [[nodiscard]] bool refused(const Key& key) const
    {
        const auto found = refused_.find(key.name);
        if (found == refused_.end())
            return false;
        return std::any_of(found->second.begin(), found->second.end(), [&](const Refusal* refusal) {
            const auto& mark = refusal->key;
            return mark.cluster == key.cluster && key.kind >= mark.kind
                && (mark.member.empty() || mark.member == key.member)
                && (mark.part.empty() || mark.part == key.part);
        });
    }

    /// A need that stands at the site but was not made by us: nothing is added beneath it.
    [[nodiscard]] const Key* foreign_need(const Record& record) const
    {
        for (const auto& need : record.needs) {
            const auto* mine = owned(need);
            if (at_site(need) && (!mine || !mine->record))
                return &need;
        }
        return nullptr;
    }

    void compare(const Record& wanted)
    {
        if (refused(wanted.key))
            return;
        const auto* there = at_site(wanted.key);
        const auto* mine = owned(wanted.key);
        if (!there) {
            if (wanted.only_if_there)
                return;
            if (mine && mine->record && !drifted(wanted.key, {}, {}, {}))
                return;
            create(wanted);
            return;
        }
        if (!mine || !mine->record) {
            if (differs(wanted, *there))
                result_.blocked.push_back(
                    { wanted.key, "it is there and was not made by us: it is left alone" });
            return;
        }
        update(wanted, *there, *mine);
    }

    /// Notes what somebody else changed; false when it is to be left so.
    bool drifted(const Key& key, Name field, const Value& ours, const Value& now, bool must = false)
    {
        const bool repaired = must || by_hand_ == ByHand::repair;
        result_.drifted.push_back({ key, field, ours, now, repaired });
        if (repaired)
            return true;
        result_.findings.push_back({ Severity::warning, "changed-by-hand", text(key),
            field.empty() ? std::string("somebody removed it; it is left so")
                          : field.text() + " is " + (now.unset() ? "unset" : now.text()) + ", we left it "
                    + (ours.unset() ? "unset" : ours.text()) + "; it is left so",
            "changed_by_hand: repair sets it right again" });
        return false;
    }

    static bool differs(const Record& wanted, const Record& there)
    {
        return std::any_of(wanted.fields.begin(), wanted.fields.end(), [&](const FieldValue& field) {
            const auto* held = there.field(field.field);
            return (held ? held->value : Value {}) != field.value;
        });
    }

    void create(const Record& wanted)
    {
        if (const auto* need = foreign_need(wanted)) {
            result_.blocked.push_back({ wanted.key, text(*need) + " was not made by us" });
            return;
        }
        Change change { Action::create, Effect::gives, wanted.key, {}, reason(snapshot_, wanted),
            wanted.needs };
        for (const auto& field : wanted.fields)
            if (!field.value.unset())
                change.fields.push_back({ field.field, {}, field.value, field.basis });
        result_.changes.push_back(std::move(change));
    }

    void update(const Record& wanted, const Record& there, const Owned& mine)
    {
        Change gives { Action::update, Effect::gives, wanted.key, {}, reason(snapshot_, wanted),
            wanted.needs };
        Change takes = gives;
        for (const auto& field : wanted.fields) {
            const auto* held = there.field(field.field);
            const Value now = held ? held->value : Value {};
            if (now == field.value)
                continue;
            const auto* ours = mine.field(field.field);
            if (!ours && field.take == Take::if_unset && !now.unset()) {
                result_.findings.push_back({ Severity::warning, "field-not-ours", text(wanted.key),
                    field.field.text() + " is " + now.text() + ", set by somebody else; it would be "
                        + (field.value.unset() ? "unset" : field.value.text()),
                    "clear it at the site to let the agent set it" });
                continue;
            }
            if (ours && now != ours->ours
                && !drifted(wanted.key, field.field, ours->ours, now, field.effect != Effect::gives))
                continue;
            auto& change = field.effect == Effect::gives ? gives : takes;
            if (field.effect != Effect::gives)
                takes.effect = field.effect;
            change.fields.push_back({ field.field, now, field.value, field.basis });
        }
        release(wanted, there, mine, gives);
        for (auto* change : { &gives, &takes })
            if (!change->fields.empty())
                result_.changes.push_back(std::move(*change));
    }

    /// Fields of ours that are no longer wanted get back what stood there before us.
    void release(const Record& wanted, const Record& there, const Owned& mine, Change& gives)
    {
        for (const auto& field : mine.fields) {
            if (wanted.field(field.field))
                continue;
            const auto* held = there.field(field.field);
            const Value now = held ? held->value : Value {};
            if (now != field.ours || now == field.before) {
                result_.vanished_fields.emplace_back(wanted.key, field.field);
                continue;
            }
            gives.fields.push_back({ field.field, now, field.before, {}, true });
        }
    }

    void remove_unwanted()
    {
        std::vector<Key> unwanted;
        for (const auto& [key, mine] : owned_)
            if (mine.record && key.cluster == snapshot_.cluster && !wanted_.contains(key) && !refused(key))
                unwanted.push_back(key);
        std::sort(unwanted.begin(), unwanted.end());
        for (const auto& key : unwanted) {
            if (!at_site(key)) {
                result_.vanished.push_back(key);
                continue;
            }
            result_.changes.push_back({ Action::remove, Effect::takes_away, key, {}, why_removed(key), {} });
        }
    }

    /// Beneath a record of ours, by nobody whom we know, and unwanted by the site's own setting.
    void remove_strays()
    {
        for (const auto& stray : desired_.strays) {
            const auto* above = owned(stray.under);
            const auto* mine = owned(stray.key);
            if (!above || !above->record || (mine && mine->record) || wanted_.contains(stray.key)
                || refused(stray.key) || !at_site(stray.key))
                continue;
            result_.changes.push_back({ Action::remove, Effect::takes_away, stray.key, {}, stray.why, {} });
        }
    }

    /// A membership ends at once, everything else after its grace.
    [[nodiscard]] std::string why_removed(const Key& key) const
    {
        const auto& all = snapshot_.allocations;
        const auto allocation = std::lower_bound(all.begin(), all.end(), key.name,
            [](const Allocation& one, Name name) { return one.group < name; });
        if (key.kind == Kind::group_member && allocation != all.end() && allocation->group == key.name) {
            const auto project
                = "allocation " + cited(allocation->name) + " (" + allocation->identifier + ")";
            if (allocation->standing == Standing::revoked)
                return project + ": " + allocation->why + dated(allocation->until);
            const auto member = std::find_if(allocation->members.begin(), allocation->members.end(),
                [&](const Member& one) { return one.user == key.member; });
            if (member != allocation->members.end() && member->standing == Standing::revoked)
                return member->identifier + " in " + project + ": " + member->why;
        }
        return "no longer asked for, and its grace is over";
    }

    const Desired& desired_;
    const Snapshot& snapshot_;
    const Ownership& owned_;
    const ByHand by_hand_;
    std::unordered_map<Key, const Record*> observed_;
    std::unordered_set<Key> wanted_;
    std::unordered_map<Name, std::vector<const Refusal*>> refused_;
    Difference result_;
};

} // namespace

std::string reason(const Snapshot& snapshot, const Record& record)
{
    if (record.allocation >= snapshot.allocations.size())
        return "the configuration";
    const auto& allocation = snapshot.allocations[record.allocation];
    const auto project = "allocation " + cited(allocation.name) + " (" + allocation.identifier + ")";
    if (record.member < allocation.members.size()) {
        const auto& member = allocation.members[record.member];
        if (member.standing == Standing::present)
            return "association of " + member.identifier + " in " + project;
        return member.identifier + " in " + project + ": " + member.why + dated(member.until);
    }
    if (const auto closed = closure(allocation); closed != Closure::open && closed != Closure::undecided)
        return project + ": " + std::string(name(closed)) + dated(allocation.until);
    return project;
}

Difference diff(
    const std::vector<Record>& observed, const Desired& desired, const Snapshot& snapshot, ByHand by_hand)
{
    return Comparison(observed, desired, snapshot, by_hand).run();
}

} // namespace site
