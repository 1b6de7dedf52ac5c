#include "core/explain_links.hpp"
#include "core/record_of.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace site {
namespace {

/// In the order in which they are made.
constexpr std::array kinds { Kind::group, Kind::user, Kind::group_member, Kind::directory, Kind::quota,
    Kind::account, Kind::association };

constexpr std::size_t most_named = 5; ///< members in one line

std::string link_name(Kind kind)
{
    std::string out(name(kind));
    std::replace(out.begin(), out.end(), '_', '-');
    return out;
}

/// In the tool's terms, without the cluster: every name here is of the same one.
std::string called(const Key& key)
{
    std::string out(name(key.kind));
    std::replace(out.begin(), out.end(), '_', ' ');
    if (key.kind == Kind::group_member)
        out = "membership";
    if (key.kind == Kind::user)
        return out + " " + cited(key.member.text());
    out += key.member.empty() ? " " + cited(key.name.text())
                              : " of " + cited(key.member.text()) + " in " + cited(key.name.text());
    return key.part.empty() ? out : out + ", partition " + cited(key.part.text());
}

std::string shown(const Value& value)
{
    return value.unset() ? "unset" : value.text();
}

const Owned* owned(const ExplainSide& side, const Key& key)
{
    const auto found = side.owned.find(key);
    return found == side.owned.end() ? nullptr : &found->second;
}

bool ours(const ExplainSide& side, const Key& key)
{
    const auto* record = owned(side, key);
    return record && record->record;
}

const Record* wanted(const std::vector<Record>& records, const Key& key)
{
    const auto found = std::lower_bound(records.begin(), records.end(), key,
        [](const Record& record, const Key& sought) { return record.key < sought; });
    return found != records.end() && found->key == key ? &*found : nullptr;
}

/// What hangs under a record: members under a group, associations under an account.
std::optional<Kind> beneath(Kind kind)
{
    if (kind == Kind::group)
        return Kind::group_member;
    return kind == Kind::account ? std::optional(Kind::association) : std::nullopt;
}

class HeldBy {
public:
    HeldBy(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts,
        const ExplainSide& side)
        : sources_(sources), subject_(subject), facts_(facts), side_(side),
          cluster_(sources.judged.snapshot.cluster)
    {
    }

    std::vector<Link> links(Kind kind) const
    {
        if (!applies(kind))
            return {};
        if (side_.sick)
            return { { link_name(kind), LinkState::unknown, "can't look: " + side_.sick->text,
                { { "plugin", side_.plugin } }, "mend what the plugin needs: site-agent check",
                Whose::admin } };
        if (subject_.sort == SubjectSort::project && !of_project(kind))
            return { members(kind) };
        if (kind == Kind::association && subject_.shares())
            return { of_another() };
        std::vector<Link> out;
        for (const auto& key : keys(kind))
            out.push_back(record(key));
        return out;
    }

private:
    static bool of_project(Kind kind)
    {
        return kind != Kind::user && kind != Kind::group_member && kind != Kind::association;
    }

    [[nodiscard]] bool applies(Kind kind) const
    {
        if (subject_.sort == SubjectSort::project && kind == Kind::user)
            return false;
        if (!of_project(kind) && subject_.sort == SubjectSort::user && subject_.user.empty())
            return false;
        return kind == Kind::user || !subject_.group.empty();
    }

    /// Those that are there, wanted, refused or ours; where there is none, the plainest one.
    [[nodiscard]] std::set<Key> keys(Kind kind) const
    {
        const Key plain { kind, cluster_, kind == Kind::user ? Name {} : subject_.group,
            of_project(kind) ? Name {} : subject_.user };
        std::set<Key> found;
        const auto add = [&](const Key& key) {
            if (key.kind == kind && key.cluster == cluster_ && key.name == plain.name
                && key.member == plain.member)
                found.insert(key);
        };
        for (const auto& record : side_.observation.records)
            add(record.key);
        for (const auto& record : side_.desired.records)
            add(record.key);
        for (const auto& refusal : side_.desired.refused)
            add(refusal.key);
        for (const auto& [key, record] : side_.owned)
            if (record.record)
                add(key);
        // A user whom we did not make, and a directory that nobody asks for, is no link of the chain.
        if (found.empty() && kind != Kind::user && kind != Kind::directory && kind != Kind::quota)
            found.insert(plain);
        return found;
    }

    [[nodiscard]] Link record(const Key& key) const
    {
        Link link { link_name(key.kind) };
        link.details.emplace_back("plugin", side_.plugin);
        link.details.emplace_back("record", text(key));
        const auto* there = record_of(side_.observation, key);
        link.details.emplace_back("there", there ? "yes" : "no");
        if (!there) {
            absent(key, link);
            return link;
        }
        link.details.emplace_back("ours", ours(side_, key) ? "yes" : "no");
        link.text = called(key) + " is there" + id(*there) + (ours(side_, key) ? "" : ", not made by us");
        if (key.kind == Kind::group_member && subject_.sharer && !present())
            link.text += ", by another allocation that shares the group";
        show_fields(*there, link);
        if (!ours(side_, key) && lacks_beneath(key)) {
            link.state = LinkState::fails;
            link.text += ", so nothing is added to it";
            link.advice = "take it over: site-agent adopt " + key.name.text();
            link.who = Whose::admin;
        }
        shut_out(key, link);
        return link;
    }

    [[nodiscard]] bool present() const
    {
        return subject_.member && subject_.member->standing == Standing::present;
    }

    static std::string id(const Record& record)
    {
        for (const auto* word : { "gid", "uid" })
            if (const auto* field = record.field(Name { word }))
                return " with " + std::string(word) + " " + field->value.text();
        return {};
    }

    void show_fields(const Record& there, Link& link) const
    {
        const auto* mine = owned(side_, there.key);
        std::set<Name> names;
        for (const auto& field : there.fields)
            names.insert(field.field);
        if (mine)
            for (const auto& field : mine->fields)
                names.insert(field.field);
        for (const auto name : names) {
            const auto* held = there.field(name);
            const auto* field = mine ? mine->field(name) : nullptr;
            auto said = shown(held ? held->value : Value {});
            if (field && field->ours == (held ? held->value : Value {}))
                said += " (ours, before: " + shown(field->before) + ")";
            else if (field)
                said += " (we set " + shown(field->ours) + ")";
            link.details.emplace_back(name.text(), std::move(said));
        }
    }

    void absent(const Key& key, Link& link) const
    {
        if (key.kind == Kind::group_member && primary()) {
            link.text = cited(key.member.text()) + " is in " + cited(key.name.text())
                + ", since it is his primary group";
            return;
        }
        auto next = prospect(sources_, subject_, facts_, side_, key);
        link.state = next.state == LinkState::ok ? LinkState::fails : next.state;
        link.text = called(key) + " is not there: " + next.text;
        link.advice = std::move(next.advice);
        link.who = std::move(next.who);
    }

    /// Whether the group is the user's primary one, as NSS and any keeper of groups have it.
    [[nodiscard]] bool primary() const
    {
        if (!facts_.person || !*facts_.person || !**facts_.person)
            return false;
        const Value gid(std::int64_t { (**facts_.person)->gid });
        const Key group { Kind::group, cluster_, subject_.group };
        const auto* there = record_of(side_.observation, group);
        const auto* field = there ? there->field(Name { "gid" }) : nullptr;
        return field && field->value == gid;
    }

    /// Whether somebody else's record lacks what is asked for beneath it.
    [[nodiscard]] bool lacks_beneath(const Key& above) const
    {
        const auto kind = beneath(above.kind);
        if (!kind)
            return false;
        if (subject_.sort == SubjectSort::user) {
            if (*kind == Kind::group_member && primary())
                return false;
            const auto all = keys(*kind);
            return !subject_.user.empty() && !(*kind == Kind::association && subject_.shares())
                && std::any_of(all.begin(), all.end(),
                    [&](const Key& key) { return !record_of(side_.observation, key); });
        }
        return std::any_of(
            side_.desired.records.begin(), side_.desired.records.end(), [&](const Record& record) {
                return record.key.kind == *kind && record.key.name == above.name && !record.only_if_there
                    && !record_of(side_.observation, record.key);
            });
    }

    /// What shuts out at the site: a gate of ours on an account is told with the limit.
    void shut_out(const Key& key, Link& link) const
    {
        for (const auto& hold : holds(side_, key)) {
            const auto said = hold.field.text() + "=" + shown(hold.value);
            if (!hold.ours) {
                link.state = LinkState::fails;
                link.text = called(key) + " is shut by somebody else's " + said + ", which is never opened";
                link.advice = "clear " + hold.field.text() + " at the site, if it may work again";
                link.who = Whose::admin;
                return;
            }
            link.text += "; shut by our " + said;
            if (key.kind == Kind::account)
                continue;
            if (hold.wanted) {
                link.state = LinkState::fails;
                link.advice = "see what the portal says of him, above";
                link.who = Whose::owner;
                return;
            }
            auto next = prospect(sources_, subject_, facts_, side_, key);
            link.state = next.state == LinkState::ok ? LinkState::waits : next.state;
            link.text += ", no longer wanted: " + next.text;
            link.advice = std::move(next.advice);
            link.who = std::move(next.who);
            return;
        }
    }

    [[nodiscard]] Link of_another() const
    {
        Link link { link_name(Kind::association), LinkState::fails };
        const auto holder = subject_.allocation ? cited(subject_.allocation->name) : "another allocation";
        const bool listed_there = subject_.allocation
            && std::any_of(subject_.allocation->members.begin(), subject_.allocation->members.end(),
                [&](const Member& member) {
                    return member.user == subject_.user && member.standing == Standing::present;
                });
        link.details.emplace_back("plugin", side_.plugin);
        link.text = "the account is that of allocation " + holder + ", which shares the group";
        if (listed_there) {
            link.state = LinkState::ok;
            link.text += " and lists him too";
            return link;
        }
        link.text += " and does not list him";
        link.advice = "let the portal list him in allocation " + holder;
        link.who = Whose::owner;
        return link;
    }

    /// A project's members in one line; who is not there yet has an explanation of his own.
    [[nodiscard]] Link members(Kind kind) const
    {
        Link link { link_name(kind) };
        std::size_t there = 0;
        std::vector<std::string> missing;
        const Key* first = nullptr;
        const auto count = [&](const Key& key) {
            if (key.kind != kind || key.name != subject_.group)
                return;
            if (record_of(side_.observation, key)) {
                ++there;
                return;
            }
            missing.push_back(key.member.text());
            first = first ? first : &key;
        };
        for (const auto& record : side_.desired.records)
            if (!record.only_if_there || record_of(side_.observation, record.key))
                count(record.key);
        for (const auto& refusal : side_.desired.refused)
            count(refusal.key);
        link.details = { { "plugin", side_.plugin }, { "there", std::to_string(there) },
            { "missing", std::to_string(missing.size()) } };
        link.text = std::to_string(there) + " of " + std::to_string(there + missing.size())
            + (kind == Kind::association ? " members have their association" : " members are in the group");
        if (missing.empty())
            return link;
        link.text += "; not yet: ";
        for (std::size_t i = 0; i < std::min(missing.size(), most_named); ++i)
            link.text += (i == 0 ? "" : ", ") + cited(missing[i]);
        if (missing.size() > most_named)
            link.text += " and " + std::to_string(missing.size() - most_named) + " more";
        if (there > 0)
            return link;
        auto next = prospect(sources_, subject_, facts_, side_, *first);
        link.state = next.state == LinkState::ok ? LinkState::waits : next.state;
        link.text += "; of the first: " + next.text;
        link.advice = std::move(next.advice);
        link.who = std::move(next.who);
        return link;
    }

    const ExplainSources& sources_;
    const Subject& subject_;
    const SubjectFacts& facts_;
    const ExplainSide& side_;
    const Name cluster_;
};

} // namespace

std::vector<Hold> holds(const ExplainSide& side, const Key& key)
{
    std::vector<Hold> found;
    const auto* there = record_of(side.observation, key);
    const auto* shut = wanted(side.closed.records, key);
    if (!there || !shut)
        return found;
    const auto* mine = owned(side, key);
    const auto* now = wanted(side.desired.records, key);
    for (const auto& field : shut->fields) {
        if (field.take != Take::hold || field.effect == Effect::gives)
            continue;
        const auto* held = there->field(field.field);
        if (!held || held->value != field.value)
            continue;
        const auto* of_us = mine ? mine->field(field.field) : nullptr;
        const auto* asked = now ? now->field(field.field) : nullptr;
        found.push_back({ field.field, held->value, of_us && of_us->ours == held->value,
            asked && asked->value == held->value });
    }
    return found;
}

std::vector<Link> held_links(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts)
{
    std::vector<Link> out;
    for (const auto kind : kinds)
        for (const auto& side : sources.sides)
            if (keeps(side, kind)) {
                auto links = HeldBy(sources, subject, facts, side).links(kind);
                std::move(links.begin(), links.end(), std::back_inserter(out));
            }
    return out;
}

} // namespace site
