#include "ldap/operations.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <strings.h>

namespace site {
namespace {

constexpr std::size_t most_shown = 2;

using Indices = std::vector<std::size_t>;

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

/// `site-agent: climate.brics` by a reason such as `allocation "x" (climate.brics)`.
std::string description(const std::string& reason)
{
    const auto open = reason.rfind('(');
    const auto close = reason.find(')', open == std::string::npos ? reason.size() : open);
    if (open != std::string::npos && close != std::string::npos)
        if (const auto project = ProjectIdentifier::parse(reason.substr(open + 1, close - open - 1)))
            return "site-agent: " + project->text();
    return "site-agent";
}

std::string private_description(Name user)
{
    return "private group of " + user.text();
}

std::string home_of(const UserRules& rules, Name user)
{
    constexpr std::string_view mark = "{user}";
    auto out = rules.home;
    for (auto at = out.find(mark); at != std::string::npos; at = out.find(mark, at + user.text().size()))
        out.replace(at, mark.size(), user.text());
    return out;
}

bool has_class(const std::vector<std::string>& classes, const char* name)
{
    return std::any_of(classes.begin(), classes.end(),
        [&](const std::string& one) { return ::strcasecmp(one.c_str(), name) == 0; });
}

std::vector<std::string> group_classes(const LdapForm& form)
{
    if (!form.settings().group_classes.empty())
        return form.settings().group_classes;
    if (form.by_dn())
        return { "top", "groupOfNames", "posixGroup" };
    return { "top", "posixGroup" };
}

std::optional<std::uint32_t> id_of(const Change& change, Name field)
{
    const auto* found = change.field(field);
    const auto value = found == nullptr ? std::nullopt : found->after.number();
    if (!value || *value <= 0 || *value >= std::numeric_limits<std::uint32_t>::max())
        return std::nullopt;
    return static_cast<std::uint32_t>(*value);
}

LdapEntry group_entry(Name group, std::uint32_t gid, std::string about, const LdapForm& form)
{
    LdapEntry entry { form.group_dn(group) };
    entry.attributes = { { "objectClass", group_classes(form) }, { "cn", { group.text() } },
        { "gidNumber", { std::to_string(gid) } }, { "description", { std::move(about) } } };
    return entry;
}

void put_members(LdapEntry& entry, std::vector<std::string> values, const LdapForm& form)
{
    if (values.empty())
        if (auto nobody_dn = form.placeholder(entry.dn); !nobody_dn.empty())
            values.push_back(std::move(nobody_dn));
    if (!values.empty())
        entry.attributes.push_back({ form.member_attribute(), std::move(values) });
}

class Builder {
public:
    Builder(std::span<const Change> changes, const LdapTree& tree, const LdapForm& form)
        : changes_(changes), tree_(tree), form_(form)
    {
        work_.results.resize(changes.size());
    }

    LdapWork run()
    {
        for (std::size_t i = 0; i < changes_.size(); ++i)
            if (auto good = fit(changes_[i]))
                sort_in(i);
            else
                fail(i, good.error());
        for (const auto index : users_)
            user(index);
        for (auto& [group, of] : groups_)
            leave_out_lost(of);
        for (const auto group : order_)
            if (!removed_groups_.contains(group))
                group_changes(group, groups_.at(group));
        for (const auto& [verb, index] : removals_)
            remove(verb, index);
        return std::move(work_);
    }

private:
    struct Of {
        std::optional<std::size_t> create {};
        Indices joins {};
        Indices members {}; ///< joins and leaves
    };

    void fail(std::size_t index, const Error& error)
    {
        work_.results[index] = error.in(text(changes_[index].key));
    }

    [[nodiscard]] static Result<void> fit(const Change& change)
    {
        const auto kind = change.key.kind;
        if (kind != Kind::group && kind != Kind::user && kind != Kind::group_member)
            return invalid("no directory keeps such a thing");
        if (kind != Kind::user)
            if (const auto good = check_local_name(change.key.name.text()); !good)
                return good.error().in("group");
        if (kind != Kind::group)
            if (const auto good = check_local_name(change.key.member.text()); !good)
                return good.error().in("user");
        return {};
    }

    void sort_in(std::size_t index)
    {
        const auto& change = changes_[index];
        if (change.key.kind == Kind::user) {
            if (change.action == Action::remove)
                removals_.emplace_back(LdapOperation::About::user, index);
            else
                users_.push_back(index);
            return;
        }
        if (change.key.kind == Kind::group && change.action == Action::remove) {
            removed_groups_.insert(change.key.name);
            removals_.emplace_back(LdapOperation::About::group, index);
            return;
        }
        if (change.action == Action::update)
            return fail(index, invalid("a group or a membership has nothing that could be set"));
        const auto [of, first] = groups_.try_emplace(change.key.name);
        if (first)
            order_.push_back(change.key.name);
        if (change.key.kind == Kind::group) {
            of->second.create = index;
            return;
        }
        of->second.members.push_back(index);
        if (change.action == Action::create)
            of->second.joins.push_back(index);
    }

    /// Nobody is put into a group who is to be made and can't be.
    void leave_out_lost(Of& of)
    {
        std::set<Name> lost;
        for (const auto index : users_)
            if (!work_.results[index] && changes_[index].action == Action::create)
                lost.insert(changes_[index].key.member);
        if (lost.empty())
            return;
        const auto gone = [&](std::size_t index) {
            return changes_[index].action == Action::create && lost.contains(changes_[index].key.member);
        };
        for (const auto index : of.joins)
            if (gone(index))
                fail(index, { Errc::conflict, "the user could not be made" });
        std::erase_if(of.joins, gone);
        std::erase_if(of.members, gone);
    }

    /// Who else has the id; empty when it is free.
    [[nodiscard]] static std::string holder(
        const std::map<std::uint32_t, Name>& ids, std::uint32_t id, Name wanted)
    {
        const auto found = ids.find(id);
        return found == ids.end() || found->second == wanted ? std::string() : cited(found->second.text());
    }

    [[nodiscard]] Result<void> may_have_gid(std::uint32_t gid, Name group)
    {
        auto other = holder(tree_.ids.groups, gid, group);
        if (other.empty())
            other = holder(given_gids_, gid, group);
        if (!other.empty())
            return Error { Errc::refused,
                "group id " + std::to_string(gid) + " is in use by group " + other };
        given_gids_.emplace(gid, group);
        return {};
    }

    void group_changes(Name group, const Of& of)
    {
        const auto there = tree_.groups.find(group);
        const bool odd = tree_.odd.contains(group);
        if (odd) {
            for (const auto index : of.members)
                fail(index, { Errc::conflict, tree_.odd.at(group) });
            if (of.create)
                fail(*of.create, { Errc::conflict, tree_.odd.at(group) });
            return;
        }
        if (of.create && there == tree_.groups.end())
            return new_group(group, of);
        if (of.create) {
            const auto gid = id_of(changes_[*of.create], group_fields().gid);
            if (!gid || *gid != there->second.gid) {
                fail(*of.create,
                    { Errc::conflict, "it is there with group id " + std::to_string(there->second.gid) });
                for (const auto index : of.joins)
                    fail(index, { Errc::conflict, "its group is another one" });
                return;
            }
        }
        if (there == tree_.groups.end()) {
            for (const auto index : of.joins)
                fail(index, { Errc::conflict, "its group is not there" });
            return;
        }
        LdapGroup standing = there->second;
        while (auto operation = member_operation(changes_, of.members, group, standing, form_)) {
            for (const auto index : operation->changes) {
                const auto& change = changes_[index];
                if (change.action == Action::create)
                    standing.members.insert(change.key.member);
                else
                    standing.members.erase(change.key.member);
            }
            standing.placeholder = standing.members.empty() && !form_.placeholder(standing.dn).empty();
            work_.operations.push_back(std::move(*operation));
        }
    }

    void new_group(Name group, const Of& of)
    {
        const auto gid = id_of(changes_[*of.create], group_fields().gid);
        auto may = gid ? may_have_gid(*gid, group) : Result<void>(invalid("it came without a group id"));
        if (!may) {
            fail(*of.create, may.error());
            for (const auto index : of.joins)
                fail(index, { Errc::conflict, "its group could not be made" });
            return;
        }
        work_.operations.push_back(group_addition(changes_, *of.create, of.joins, form_));
    }

    void user(std::size_t index)
    {
        const auto& change = changes_[index];
        const auto name = change.key.member;
        const auto there = tree_.users.find(name);
        if (change.action == Action::update) {
            if (there == tree_.users.end())
                return fail(index, { Errc::conflict, "the user is not there" });
            return update_user(index, there->second);
        }
        const auto uid = id_of(change, group_fields().uid);
        if (!uid)
            return fail(index, invalid("it came without a user id"));
        if (there != tree_.users.end()) {
            if (there->second.uid != *uid)
                fail(index,
                    { Errc::conflict, "he is there with user id " + std::to_string(there->second.uid) });
            return;
        }
        if (!form_.settings().users.create)
            return fail(index, invalid("users.create is off"));
        if (const auto other = holder(tree_.ids.users, *uid, name); !other.empty())
            return fail(
                index, { Errc::refused, "user id " + std::to_string(*uid) + " is in use by user " + other });
        if (const auto gid = primary_group(index, *uid))
            add_user(index, *uid, *gid);
        else
            fail(index, gid.error());
    }

    Result<std::uint32_t> primary_group(std::size_t index, std::uint32_t uid)
    {
        const auto& named = form_.settings().users.primary_group;
        const auto user = changes_[index].key.member;
        const auto wanted = named.empty() ? user : Name(named);
        const auto found = std::find_if(tree_.ids.groups.begin(), tree_.ids.groups.end(),
            [&](const auto& one) { return one.second == wanted; });
        if (!named.empty()) {
            if (found == tree_.ids.groups.end())
                return Error { Errc::conflict, "primary group " + cited(named) + " is not in the directory" };
            return found->first;
        }
        if (found != tree_.ids.groups.end()) {
            if (found->first != uid)
                return Error { Errc::refused,
                    "a group of his name has group id " + std::to_string(found->first) };
            return uid;
        }
        if (auto may = may_have_gid(uid, user); !may)
            return may.error();
        auto entry = group_entry(user, uid, private_description(user), form_);
        put_members(entry, {}, form_);
        work_.operations.push_back({ .verb = LdapVerb::add,
            .about = LdapOperation::About::private_group,
            .name = user,
            .entry = std::move(entry),
            .changes = { index } });
        return uid;
    }

    void add_user(std::size_t index, std::uint32_t uid, std::uint32_t gid)
    {
        const auto user = changes_[index].key.member;
        const auto& rules = form_.settings().users;
        auto classes = form_.settings().user_classes;
        if (classes.empty())
            classes = { "top", "inetOrgPerson", "posixAccount", "shadowAccount" };
        LdapEntry entry { form_.user_dn(user) };
        entry.attributes
            = { { "objectClass", classes }, { "uid", { user.text() } }, { "cn", { user.text() } },
                  { "uidNumber", { std::to_string(uid) } }, { "gidNumber", { std::to_string(gid) } },
                  { "homeDirectory", { home_of(rules, user) } }, { "loginShell", { rules.shell } } };
        for (const auto* person : { "person", "organizationalPerson", "inetOrgPerson" })
            if (has_class(classes, person)) {
                entry.attributes.push_back({ "sn", { user.text() } });
                break;
            }
        work_.operations.push_back({ .verb = LdapVerb::add,
            .about = LdapOperation::About::user,
            .name = user,
            .entry = std::move(entry),
            .changes = { index } });
    }

    void update_user(std::size_t index, const LdapUser& user)
    {
        const auto& change = changes_[index];
        LdapOperation operation { .about = LdapOperation::About::user,
            .name = change.key.member,
            .entry = { user.dn },
            .changes = { index } };
        for (const auto& field : change.fields) {
            if (field.field != group_fields().locked)
                return fail(index, invalid(field.field.text() + " of a user is never changed"));
            const auto days = field.after.number();
            if (!days && !field.after.unset())
                return fail(index, invalid("locked is no number"));
            if (days == user.expires)
                continue;
            operation.modifications.push_back({ LdapModification::Way::replace, "shadowExpire",
                days ? std::vector { std::to_string(*days) } : std::vector<std::string> {} });
        }
        if (!operation.modifications.empty())
            work_.operations.push_back(std::move(operation));
    }

    /// A member of a group that none of the changes takes out; none where all are taken out.
    [[nodiscard]] std::optional<Name> who_stays(Name group, const LdapGroup& there) const
    {
        auto left = there.members;
        if (const auto of = groups_.find(group); of != groups_.end())
            for (const auto index : of->second.members)
                left.erase(changes_[index].key.member);
        return left.empty() ? std::nullopt : std::optional(*left.begin());
    }

    void remove(LdapOperation::About about, std::size_t index)
    {
        const auto& key = changes_[index].key;
        LdapOperation operation { .verb = LdapVerb::remove, .about = about, .changes = { index } };
        if (about == LdapOperation::About::user) {
            const auto there = tree_.users.find(key.member);
            if (there == tree_.users.end())
                return;
            operation.name = key.member;
            operation.entry.dn = there->second.dn;
        } else {
            const auto there = tree_.groups.find(key.name);
            if (there == tree_.groups.end())
                return;
            if (const auto odd = tree_.odd.find(key.name); odd != tree_.odd.end())
                return fail(index, { Errc::conflict, odd->second });
            if (const auto user = tree_.primary.find(there->second.gid); user != tree_.primary.end())
                return fail(index,
                    { Errc::refused, "it is the primary group of user " + cited(user->second.text()) });
            if (const auto stranger = who_stays(key.name, there->second))
                return fail(index,
                    { Errc::refused,
                        cited(stranger->text()) + " is in it, and was not put there by the agent" });
            operation.name = key.name;
            operation.entry.dn = there->second.dn;
            if (const auto of = groups_.find(key.name); of != groups_.end()) // they go with it
                operation.changes.insert(
                    operation.changes.end(), of->second.members.begin(), of->second.members.end());
        }
        work_.operations.push_back(std::move(operation));
    }

    std::span<const Change> changes_;
    const LdapTree& tree_;
    const LdapForm& form_;
    Indices users_;
    std::map<Name, Of> groups_;
    std::vector<Name> order_;
    std::vector<std::pair<LdapOperation::About, std::size_t>> removals_;
    std::set<Name> removed_groups_;
    std::map<std::uint32_t, Name> given_gids_;
    LdapWork work_;
};

std::string listed(const std::vector<std::string>& values)
{
    std::string out;
    for (std::size_t i = 0; i < std::min(values.size(), most_shown); ++i)
        out += (i == 0 ? "" : ", ") + values[i];
    if (values.size() > most_shown)
        out += " (and " + std::to_string(values.size() - most_shown) + " more)";
    return out;
}

std::string way_name(LdapModification::Way way)
{
    switch (way) {
    case LdapModification::Way::add:
        return "add ";
    case LdapModification::Way::remove:
        return "delete ";
    case LdapModification::Way::replace:
        return "replace ";
    }
    return {};
}

} // namespace

LdapWork ldap_work(std::span<const Change> changes, const LdapTree& tree, const LdapForm& form)
{
    return Builder(changes, tree, form).run();
}

LdapOperation group_addition(
    std::span<const Change> changes, std::size_t create, const Indices& joins, const LdapForm& form)
{
    const auto& change = changes[create];
    const auto gid = id_of(change, group_fields().gid).value_or(0);
    LdapOperation operation { .verb = LdapVerb::add,
        .name = change.key.name,
        .entry = group_entry(change.key.name, gid, description(change.reason), form),
        .changes = { create } };
    std::vector<std::string> values;
    std::set<Name> once;
    for (const auto index : joins) {
        operation.changes.push_back(index);
        if (once.insert(changes[index].key.member).second)
            values.push_back(form.member_value(changes[index].key.member));
    }
    put_members(operation.entry, std::move(values), form);
    return operation;
}

std::optional<LdapOperation> member_operation(std::span<const Change> changes, const Indices& which,
    Name group, const LdapGroup& standing, const LdapForm& form)
{
    LdapOperation operation { .name = group, .entry = { standing.dn } };
    LdapModification joins { LdapModification::Way::add, form.member_attribute() };
    LdapModification leaves { LdapModification::Way::remove, form.member_attribute() };
    auto after = standing.members;
    for (const auto index : which) {
        const auto& change = changes[index];
        const auto user = change.key.member;
        const bool joining = change.action == Action::create;
        if (joining == after.contains(user))
            continue;
        if (operation.changes.size() == most_values)
            break;
        operation.changes.push_back(index);
        (joining ? joins : leaves).values.push_back(form.member_value(user));
        if (joining)
            after.insert(user);
        else
            after.erase(user);
    }
    if (operation.changes.empty())
        return std::nullopt;
    if (const auto nobody_dn = form.placeholder(standing.dn); !nobody_dn.empty()) {
        if (after.empty() && !standing.placeholder)
            joins.values.push_back(nobody_dn);
        if (!after.empty() && standing.placeholder)
            leaves.values.push_back(nobody_dn);
    }
    // First those who come: a groupOfNames may at no time be without a member.
    for (auto* part : { &joins, &leaves })
        if (!part->values.empty())
            operation.modifications.push_back(std::move(*part));
    return operation;
}

bool is_private_group(const LdapEntry& entry, Name user)
{
    const auto& about = entry.values("description");
    return about.size() == 1 && about.front() == private_description(user);
}

std::string shown(const LdapOperation& operation)
{
    auto dn = operation.entry.dn;
    for (auto& c : dn)
        if (static_cast<unsigned char>(c) < 0x20)
            c = '?';
    std::string parts;
    const auto add = [&](const std::string& what, const std::vector<std::string>& values) {
        parts += (parts.empty() ? ": " : "; ") + what + ": " + listed(values);
    };
    switch (operation.verb) {
    case LdapVerb::add:
        for (const auto& attribute : operation.entry.attributes)
            if (attribute.name == "objectClass") {
                parts = ": objectClass: ";
                for (std::size_t i = 0; i < attribute.values.size(); ++i)
                    parts += (i == 0 ? "" : ", ") + attribute.values[i];
            } else {
                add(attribute.name, attribute.values);
            }
        return "ldapadd " + dn + parts;
    case LdapVerb::modify:
        for (const auto& one : operation.modifications)
            add(way_name(one.way) + one.attribute, one.values);
        return "ldapmodify " + dn + parts;
    case LdapVerb::remove:
        return "ldapdelete " + dn;
    }
    return dn;
}

} // namespace site
