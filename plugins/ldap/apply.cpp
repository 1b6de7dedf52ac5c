#include "ldap/apply.hpp"

#include "ldap/operations.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <ldap.h>
#include <set>

namespace site {
namespace {

using Indices = std::vector<std::size_t>;

constexpr int most_looks = 3;
// More operations than one a group, for members that are refused together: in halves, 2 * 32 find one bad
// member among 4 billion, or some ten bad ones among a hundred.
constexpr int most_halvings = 64;
constexpr std::size_t ids_at_once = 200; ///< in one filter: about 5 kB

bool lost(const LdapAnswer& answer)
{
    return answer.code < 0 || retryable(answer.error.code);
}

/// Whether one value among several may be to blame.
bool about_values(int code)
{
    switch (code) {
    case LDAP_CONSTRAINT_VIOLATION:
    case LDAP_TYPE_OR_VALUE_EXISTS:
    case LDAP_INVALID_SYNTAX:
    case LDAP_UNWILLING_TO_PERFORM:
    case LDAP_OBJECT_CLASS_VIOLATION:
    case LDAP_OTHER:
        return true;
    default:
        return false;
    }
}

class Application {
public:
    Application(std::span<const Change> changes, LdapTree& tree, const LdapForm& form, Directory& directory)
        : changes_(changes), tree_(tree), form_(form), directory_(directory)
    {
    }

    std::vector<Result<void>> run()
    {
        if (auto looked = look_for_ids(); !looked)
            return std::vector<Result<void>>(changes_.size(), looked.error());
        auto work = ldap_work(changes_, tree_, form_);
        results_ = std::move(work.results);
        for (const auto& operation : work.operations)
            run(operation);
        return std::move(results_);
    }

private:
    void fail(std::size_t index, const Error& error)
    {
        if (results_[index])
            results_[index] = error.in(text(changes_[index].key));
    }

    void fail_all(const Indices& which, const Error& error)
    {
        for (const auto index : which)
            fail(index, error);
    }

    /// Somebody else may have taken an id since the last look.
    Result<void> look_for_ids()
    {
        std::set<std::uint32_t> gids;
        std::set<std::uint32_t> uids;
        const auto& fields = group_fields();
        const auto note = [](const Change& change, Name field, std::set<std::uint32_t>& ids) {
            const auto* found = change.field(field);
            if (const auto value = found == nullptr ? std::nullopt : found->after.number())
                ids.insert(static_cast<std::uint32_t>(*value));
        };
        for (const auto& change : changes_) {
            if (change.action != Action::create)
                continue;
            if (change.key.kind == Kind::group && !tree_.groups.contains(change.key.name))
                note(change, fields.gid, gids);
            if (change.key.kind == Kind::user && !tree_.users.contains(change.key.member)) {
                note(change, fields.uid, uids);
                note(change, fields.uid, gids); // of a group of his own
            }
        }
        const auto& settings = form_.settings();
        if (auto looked
            = look_for(gids, settings.group_base, "gidNumber", "posixGroup", tree_.ids.groups, group_name);
            !looked)
            return looked;
        return look_for(uids, settings.people_base, "uidNumber", "posixAccount", tree_.ids.users,
            [](const LdapEntry& entry) {
                const auto& names = entry.values("uid");
                return names.empty() ? std::string() : names.front();
            });
    }

    Result<void> look_for(const std::set<std::uint32_t>& ids, const std::string& base,
        const std::string& attribute, const std::string& of_class, std::map<std::uint32_t, Name>& in_use,
        const std::function<std::string(const LdapEntry&)>& name)
    {
        if (base.empty())
            return {};
        for (auto at = ids.begin(); at != ids.end();) {
            LdapSearch search { .base = base, .attributes = { "cn", "uid", attribute } };
            search.filter = "(&(objectClass=" + of_class + ")(|";
            for (std::size_t i = 0; i < ids_at_once && at != ids.end(); ++i, ++at) {
                search.filter += "(" + attribute + "=" + std::to_string(*at) + ")";
                in_use.erase(*at);
            }
            search.filter += "))";
            auto read = directory_.search(search, [&](const LdapEntry& entry) -> Result<void> {
                const auto id = one_id(entry, attribute);
                if (id)
                    in_use.insert_or_assign(*id, Name(name(entry)));
                return {};
            });
            if (!read)
                return read;
        }
        return {};
    }

    void run(const LdapOperation& operation)
    {
        if (away_)
            return fail_all(operation.changes, *away_);
        switch (operation.about) {
        case LdapOperation::About::private_group:
            return add_private_group(operation);
        case LdapOperation::About::user:
            return run_user(operation);
        case LdapOperation::About::group:
            break;
        }
        if (operation.verb == LdapVerb::add)
            return add_group(operation);
        if (operation.verb == LdapVerb::remove)
            return remove_group(operation);
        settle(operation.name, without_lost_users(operation.changes));
    }

    LdapAnswer noted(LdapAnswer answer)
    {
        if (!answer.ok() && lost(answer))
            away_ = answer.error;
        return answer;
    }

    LdapAnswer carry_out(const LdapOperation& operation)
    {
        switch (operation.verb) {
        case LdapVerb::add:
            return noted(directory_.add(operation.entry));
        case LdapVerb::modify:
            return noted(directory_.modify(operation.entry.dn, operation.modifications));
        case LdapVerb::remove:
            return noted(directory_.remove(operation.entry.dn));
        }
        return {};
    }

    /// An entry as it stands now; none when there is none.
    Result<std::optional<LdapEntry>> look(const std::string& dn, const std::vector<std::string>& attributes)
    {
        std::optional<LdapEntry> found;
        auto read
            = directory_.search({ .base = dn, .scope = LdapSearch::Scope::entry, .attributes = attributes },
                [&](const LdapEntry& entry) -> Result<void> {
                    found = entry;
                    return {};
                });
        if (!read && read.error().code != Errc::not_found) {
            if (retryable(read.error().code))
                away_ = read.error();
            return read.error();
        }
        return found;
    }

    /// Joins of users who were to be made in this batch and were not.
    Indices without_lost_users(const Indices& which)
    {
        Indices kept;
        for (const auto index : which)
            if (changes_[index].action == Action::create && lost_users_.contains(changes_[index].key.member))
                fail(index, { Errc::conflict, "the user could not be made" });
            else
                kept.push_back(index);
        return kept;
    }

    void add_group(const LdapOperation& planned)
    {
        const auto create = planned.changes.front();
        auto joins = without_lost_users({ planned.changes.begin() + 1, planned.changes.end() });
        auto operation = group_addition(changes_, create, joins, form_);
        auto answer = carry_out(operation);
        if (about_values(answer.code) && !joins.empty()) {
            // It may be one of the members: the group comes first, then they, in halves.
            operation = group_addition(changes_, create, {}, form_);
            answer = carry_out(operation);
        } else if (answer.ok()) {
            joins.clear();
        }
        if (answer.ok())
            if (const auto made = group_of(operation.entry, form_))
                tree_.groups.insert_or_assign(operation.name, *made);
        if (answer.code == LDAP_ALREADY_EXISTS) {
            if (auto same = take_existing(operation); !same)
                return fail_all(planned.changes, same.error());
        } else if (!answer.ok()) {
            return fail_all(planned.changes, answer.error);
        }
        if (!joins.empty())
            settle(operation.name, joins);
    }

    /// Another look found the entry that an add found in its place.
    Result<void> take_existing(const LdapOperation& operation)
    {
        const auto entry = look(operation.entry.dn, group_attributes(form_));
        if (!entry)
            return entry.error();
        if (!*entry)
            return Error { Errc::conflict, "it is there, and can't be seen" };
        const auto group = group_of(**entry, form_);
        if (!group)
            return group.error();
        if (Name(group_name(**entry)) != operation.name)
            return Error { Errc::conflict, "it is there as " + cited(group_name(**entry)) };
        const auto& wanted = operation.entry.values("gidNumber");
        if (wanted.empty() || wanted.front() != std::to_string(group->gid))
            return Error { Errc::conflict, "it is there with group id " + std::to_string(group->gid) };
        tree_.groups.insert_or_assign(operation.name, *group);
        return {};
    }

    void remove_group(const LdapOperation& operation)
    {
        const auto answer = carry_out(operation);
        if (!answer.ok() && answer.code != LDAP_NO_SUCH_OBJECT)
            return fail_all(operation.changes, answer.error);
        tree_.groups.erase(operation.name);
    }

    /// Brings the members where they should be, however the group stands by now.
    void settle(Name group, const Indices& which)
    {
        for (int looks = 0;;) {
            if (away_)
                return fail_all(which, *away_);
            const auto standing = tree_.groups.find(group);
            if (standing == tree_.groups.end())
                return fail_joins(which, { Errc::conflict, "its group is not there any more" });
            const auto operation = member_operation(changes_, which, group, standing->second, form_);
            if (!operation)
                return;
            const auto answer = carry_out(*operation);
            if (answer.ok()) {
                note_done(*operation, standing->second);
                continue;
            }
            if (away_)
                return fail_all(which, *away_);
            const auto seen = standing->second.members;
            const auto stood_in = standing->second.placeholder;
            const bool another_state
                = answer.error.code == Errc::conflict || answer.error.code == Errc::not_found;
            if (looks < most_looks && (another_state || answer.code == LDAP_OBJECT_CLASS_VIOLATION)) {
                ++looks;
                if (auto looked = look_again(group); !looked)
                    return fail_all(which, looked.error());
                const auto now = tree_.groups.find(group);
                if (another_state || now == tree_.groups.end() || now->second.members != seen
                    || now->second.placeholder != stood_in)
                    continue;
            }
            return halve(group, operation->changes, answer.code, answer.error);
        }
    }

    void fail_joins(const Indices& which, const Error& error)
    {
        for (const auto index : which)
            if (changes_[index].action == Action::create)
                fail(index, error);
    }

    Result<void> look_again(Name group)
    {
        const auto entry = look(tree_.groups.at(group).dn, group_attributes(form_));
        if (!entry)
            return entry.error();
        if (!*entry) {
            tree_.groups.erase(group);
            return {};
        }
        auto now = group_of(**entry, form_);
        if (!now)
            return now.error();
        tree_.groups.insert_or_assign(group, std::move(*now));
        return {};
    }

    void note_done(const LdapOperation& operation, LdapGroup& standing)
    {
        for (const auto index : operation.changes) {
            const auto& change = changes_[index];
            if (change.action == Action::create)
                standing.members.insert(change.key.member);
            else
                standing.members.erase(change.key.member);
        }
        standing.placeholder = standing.members.empty() && !form_.placeholder(standing.dn).empty();
    }

    /// One of them was refused, and a modification is done whole or not at all.
    void halve(Name group, const Indices& which, int error_code, const Error& error)
    {
        if (which.size() < 2 || halvings_ >= most_halvings || !about_values(error_code))
            return fail_all(which, error);
        const auto middle = which.begin() + static_cast<std::ptrdiff_t>(which.size() / 2);
        halvings_ += 2;
        settle(group, { which.begin(), middle });
        settle(group, { middle, which.end() });
    }

    void add_private_group(const LdapOperation& operation)
    {
        const auto answer = carry_out(operation);
        if (answer.ok() || (answer.code == LDAP_ALREADY_EXISTS && take_private(operation)))
            return;
        lost_users_.insert(operation.name);
        fail_all(operation.changes, answer.error.in("his own group"));
    }

    bool take_private(const LdapOperation& operation)
    {
        const auto entry = look(operation.entry.dn, group_attributes(form_));
        if (!entry || !*entry)
            return false;
        return (*entry)->values("gidNumber") == operation.entry.values("gidNumber");
    }

    void run_user(const LdapOperation& operation)
    {
        if (lost_users_.contains(operation.name))
            return;
        auto answer = carry_out(operation);
        if (operation.verb == LdapVerb::remove)
            return user_removed(operation, answer);
        if (answer.code == LDAP_ALREADY_EXISTS) {
            const auto entry = look(operation.entry.dn, user_attributes(form_));
            if (!entry)
                answer.error = entry.error();
            else if (*entry && (*entry)->values("uidNumber") == operation.entry.values("uidNumber"))
                answer = {};
        }
        if (!answer.ok()) {
            if (operation.verb == LdapVerb::add)
                lost_users_.insert(operation.name);
            return fail_all(operation.changes, answer.error);
        }
        if (operation.verb == LdapVerb::add) {
            LdapUser user { .dn = operation.entry.dn };
            if (const auto uid = one_id(operation.entry, "uidNumber"))
                user.uid = *uid;
            if (const auto gid = one_id(operation.entry, "gidNumber"))
                user.gid = *gid;
            tree_.users.insert_or_assign(operation.name, user);
            return;
        }
        for (const auto& one : operation.modifications)
            if (one.attribute == "shadowExpire")
                tree_.users.at(operation.name).expires
                    = one.values.empty() ? std::nullopt : std::optional(std::stoll(one.values.front()));
    }

    void user_removed(const LdapOperation& operation, const LdapAnswer& answer)
    {
        if (!answer.ok() && answer.code != LDAP_NO_SUCH_OBJECT)
            return fail_all(operation.changes, answer.error);
        const auto user = tree_.users.at(operation.name);
        tree_.users.erase(operation.name);
        // A group of his own that we made for him goes with him, while nobody else is in it.
        if (user.gid != user.uid || !form_.settings().users.primary_group.empty())
            return;
        const auto entry = look(form_.group_dn(operation.name), group_attributes(form_));
        if (!entry || !*entry || !is_private_group(**entry, operation.name))
            return;
        const auto group = group_of(**entry, form_);
        if (group && group->gid == user.uid && group->members.empty())
            (void)noted(directory_.remove(group->dn));
    }

    std::span<const Change> changes_;
    LdapTree& tree_;
    const LdapForm& form_;
    Directory& directory_;
    std::vector<Result<void>> results_;
    std::set<Name> lost_users_;
    std::optional<Error> away_;
    int halvings_ = 0;
};

} // namespace

std::vector<Result<void>> apply_ldap(
    std::span<const Change> changes, LdapTree& tree, const LdapForm& form, Directory& directory)
{
    return Application(changes, tree, form, directory).run();
}

} // namespace site
