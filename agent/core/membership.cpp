#include "core/membership.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

namespace site {
namespace {

Finding finding(
    Severity severity, std::string code, std::string subject, std::string text, std::string advice = {})
{
    return { severity, std::move(code), std::move(subject), std::move(text), std::move(advice) };
}

/// Lower-case letters, digits and dashes; empty when nothing is left or it would not begin with a letter.
std::string folded(std::string_view text)
{
    std::string out;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            out += c;
        else if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if (!out.empty() && out.back() != '-')
            out += '-';
    }
    while (!out.empty() && out.back() == '-')
        out.pop_back();
    if (out.empty() || out.front() < 'a')
        return {};
    return out.substr(0, 32);
}

/// One pass over the two lists; methods in the order in which they are called.
class Judge {
public:
    Judge(const Listing& listing, const Known& before, const std::map<Uuid, ResourceRow>& resources,
        const std::optional<std::map<Name, Spent>>& spent, const MembershipRules& rules, Instant now)
        : listing_(listing), resources_(resources), spent_(spent), rules_(rules), now_(now), known_(before)
    {
        judged_.snapshot.cluster = rules.cluster;
        judged_.snapshot.taken = listing.taken;
        judged_.snapshot.month = month_of(now, rules.zone_offset);
        judged_.snapshot.month_end
            = start_of(judged_.snapshot.month + std::chrono::months { 1 }, rules.zone_offset);
    }

    Judged run()
    {
        // A name stays with who holds it, also through his grace; the present before the gone.
        for (const bool gone_ones : { false, true })
            for (const auto& [uuid, allocation] : known_)
                if (!allocation.shares && allocation.gone.has_value() == gone_ones)
                    hold(allocation.group, uuid, allocation.identifier);
        for (const auto& [uuid, allocation] : known_) {
            for (const auto& member : allocation.members)
                if (auto identifier = UserIdentifier::parse(member.identifier))
                    person_of_.try_emplace(member.user, person(*identifier));
        }
        for (const auto& row : listing_.associations)
            associations_[row.allocation].push_back(&row);
        for (const auto& row : listing_.allocations)
            seen_.insert(row.uuid);
        inherit_members();
        for (const auto* row : in_order())
            take(*row);
        for (const auto& [uuid, allocation] : known_)
            if (!seen_.contains(uuid))
                keep_gone(allocation);
        finish();
        return std::move(judged_);
    }

private:
    static std::string person(const UserIdentifier& identifier)
    {
        return identifier.user + "." + identifier.portal;
    }

    void note(Severity severity, std::string code, const std::string& subject, std::string text)
    {
        judged_.findings.push_back(finding(severity, std::move(code), subject, std::move(text)));
    }

    void hold(Name group, Uuid uuid, const std::string& identifier)
    {
        if (first_holder_.try_emplace(group, uuid).second)
            project_of_.insert_or_assign(group, identifier);
    }

    /// A project that got a new allocation keeps its account: members of the old row are members to be
    /// revoked under the new one, not orphans. So does one whose other allocation shared the group till now.
    void inherit_members()
    {
        for (const auto& row : listing_.allocations) {
            const auto own = known_.find(row.uuid);
            if (!row.groupname || (own != known_.end() && !own->second.shares))
                continue;
            const auto holder = first_holder_.find(Name { *row.groupname });
            if (holder == first_holder_.end() || holder->second == row.uuid || seen_.contains(holder->second)
                || known_.at(holder->second).identifier != row.backend_id)
                continue;
            const auto old = known_.extract(holder->second).mapped();
            if (!old.gone)
                judged_.gone_allocations.push_back(old.uuid);
            auto& heir = known_[row.uuid];
            auto members = std::move(heir.members);
            heir = old;
            heir.uuid = row.uuid;
            heir.gone.reset();
            heir.blocked.reset();
            for (const auto& member : old.members)
                if (std::none_of(members.begin(), members.end(),
                        [&](const KnownMember& one) { return one.user == member.user; }))
                    members.push_back(member);
            std::sort(
                members.begin(), members.end(), [](const auto& a, const auto& b) { return a.user < b.user; });
            heir.members = std::move(members);
            holder->second = row.uuid;
        }
    }

    /// Those that we know first: who holds a local name keeps it against a newcomer.
    std::vector<const AllocationRow*> in_order() const
    {
        std::vector<const AllocationRow*> rows;
        for (const auto& row : listing_.allocations)
            rows.push_back(&row);
        std::stable_sort(rows.begin(), rows.end(), [&](const auto* a, const auto* b) {
            return std::tuple(!known_.contains(a->uuid), !a->is_active)
                < std::tuple(!known_.contains(b->uuid), !b->is_active);
        });
        return rows;
    }

    /// Why a row must not be acted on; empty when it may.
    std::pair<std::string, std::string> refusal(const AllocationRow& row) const
    {
        if (!row.broken.empty())
            return { "row-broken", "the portal's row can't be read: " + row.broken };
        auto identifier = ProjectIdentifier::parse(row.backend_id);
        if (!identifier)
            return { "name-form", identifier.error().text };
        if (identifier->portal != rules_.portal)
            return { "foreign-portal",
                "identifier " + cited(row.backend_id) + " belongs to another portal than "
                    + cited(rules_.portal) };
        if (auto checked = check_local_name(*row.groupname); !checked)
            return { "name-form", "group " + checked.error().text };
        if (rules_.protected_names.contains(*row.groupname))
            return { "name-protected", "group " + cited(*row.groupname) + " is protected" };
        const Name group { *row.groupname };
        if (shares(row) && project_of_.at(group) != row.backend_id)
            return { "name-shared", "group " + cited(*row.groupname) + " is already another project's" };
        const auto known = known_.find(row.uuid);
        if (known != known_.end() && known->second.group != group)
            return { "name-changed",
                "group changed from " + cited(known->second.group.text()) + " to " + cited(*row.groupname) };
        return {};
    }

    /// Whether another allocation holds the group's name.
    bool shares(const AllocationRow& row) const
    {
        const auto holder = first_holder_.find(Name { *row.groupname });
        return holder != first_holder_.end() && holder->second != row.uuid;
    }

    void take(const AllocationRow& row)
    {
        if (row.broken.empty() && (row.backend_id.empty() || !row.groupname || row.groupname->empty())) {
            freeze(row, "has no identifier and local group yet", "no-local-name", Severity::info);
            return;
        }
        if (const auto [code, why] = refusal(row); !code.empty()) {
            freeze(row, why, code, Severity::error);
            return;
        }
        auto allocation = accepted(row);
        const bool sharer = shares(row);
        hold(allocation.group, row.uuid, row.backend_id);
        auto& known = known_[row.uuid];
        known.shares = sharer;
        known.uuid = row.uuid;
        known.resource = row.resource;
        known.name = row.name;
        known.identifier = row.backend_id;
        known.group = allocation.group;
        known.customer = allocation.customer;
        known.customer_name = row.customer_name;
        known.gone.reset();
        known.blocked.reset();
        members_of(allocation, known);
        if (sharer)
            share(std::move(allocation));
        else
            judged_.snapshot.allocations.push_back(std::move(allocation));
    }

    /// Another allocation of the project that holds the name: its members are in the Unix group too.
    void share(Allocation allocation)
    {
        note(Severity::info, "group-shared", allocation.name,
            "shares group " + cited(allocation.group.text())
                + " with another allocation of the project, whose account, limit and usage it is");
        auto& into = sharers_[allocation.group];
        for (auto& member : allocation.members)
            if (member.standing != Standing::revoked && member.standing != Standing::expired)
                into.push_back(std::move(member));
    }

    /// Every allocation gets those who share its group, each once, the present before others.
    void join_sharers(Allocation& allocation)
    {
        const auto found = sharers_.find(allocation.group);
        if (found == sharers_.end())
            return;
        auto& members = allocation.sharers = std::move(found->second);
        std::stable_sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
            return std::tuple(a.user, a.standing) < std::tuple(b.user, b.standing);
        });
        members.erase(std::unique(members.begin(), members.end(),
                          [](const Member& a, const Member& b) { return a.user == b.user; }),
            members.end());
    }

    /// What exists stays as it is; a row that we never acted on is only told.
    void freeze(const AllocationRow& row, const std::string& why, const std::string& code, Severity severity)
    {
        note(severity, code, row.name, why);
        const auto found = associations_.find(row.uuid);
        if (found != associations_.end() && code == "no-local-name")
            judged_.without_names += found->second.size();
        const auto known = known_.find(row.uuid);
        if (known == known_.end())
            return;
        auto allocation = remembered(known->second);
        allocation.standing = Standing::frozen;
        allocation.why = why;
        if (known->second.shares) {
            auto& into = sharers_[allocation.group];
            for (auto& member : allocation.members)
                into.push_back(std::move(member));
            return;
        }
        judged_.snapshot.allocations.push_back(std::move(allocation));
    }

    Allocation accepted(const AllocationRow& row)
    {
        Allocation allocation;
        allocation.uuid = row.uuid;
        allocation.resource = row.resource;
        allocation.name = row.name;
        allocation.identifier = row.backend_id;
        allocation.group = Name { *row.groupname };
        allocation.customer = customer(row);
        allocation.customer_name = row.customer_name;
        allocation.active = row.is_active;
        switch (row.state) {
        case PortalState::creation_scheduled:
        case PortalState::creating:
        case PortalState::ok:
        case PortalState::update_scheduled:
        case PortalState::updating:
            break;
        case PortalState::deletion_scheduled:
        case PortalState::deleting:
            allocation.deleting = true;
            allocation.may_create = false;
            break;
        case PortalState::erred:
            if (rules_.erred_by_us.contains(row.resource))
                break;
            [[fallthrough]];
        case PortalState::unknown:
            allocation.may_create = false;
            note(Severity::warning, "allocation-erred", row.name,
                "the portal's state is " + std::string(name(row.state)) + ": nothing new is created for it");
            break;
        }
        if (const auto flags = resources_.find(row.resource); flags != resources_.end()) {
            allocation.paused = flags->second.paused;
            allocation.downscaled = flags->second.downscaled;
            restricted_ = flags->second.restrict_member_access;
            allocation.grants_known = true;
            for (const auto& [component, amount] : flags->second.limits)
                allocation.granted.emplace(component, amount);
        } else {
            allocation.grants_known = row.resource.is_nil();
            restricted_ = false;
        }
        allocation.limit = limit(row);
        if (spent_) {
            const auto sums = spent_->find(allocation.group);
            allocation.spent = sums == spent_->end() ? Spent {} : sums->second;
        }
        return allocation;
    }

    /// Where accounts lie under their organisation's, its name reaches commands like any other.
    Name customer(const AllocationRow& row)
    {
        const auto name
            = folded(row.customer_abbreviation.empty() ? row.customer_name : row.customer_abbreviation);
        if (!rules_.protected_names.contains(name))
            return Name { name };
        note(Severity::info, "name-protected", row.name,
            "the organisation's name " + cited(name) + " is protected: it gets no account");
        return {};
    }

    std::optional<std::uint64_t> limit(const AllocationRow& row)
    {
        if (!row.node_limit) {
            note(Severity::warning, "limit-missing", row.name,
                "the portal gives no node_limit: limits are left as they are");
            return std::nullopt;
        }
        if (*row.node_limit < 0) {
            note(Severity::error, "limit-negative", row.name,
                "the portal's node_limit is " + std::to_string(*row.node_limit)
                    + ": limits are left as they are");
            return std::nullopt;
        }
        const auto units = static_cast<std::uint64_t>(*row.node_limit);
        if (units > std::numeric_limits<std::uint64_t>::max() / 1000000 / rules_.limit_unit) {
            note(Severity::error, "limit-too-large", row.name,
                "the portal's node_limit is " + std::to_string(*row.node_limit)
                    + ": limits are left as they are");
            return std::nullopt;
        }
        return units * rules_.limit_unit;
    }

    /// Why an association must not be acted on; empty when it may.
    std::pair<std::string, std::string> refusal(const AssociationRow& row, const Allocation& allocation) const
    {
        if (!row.broken.empty())
            return { "row-broken", "the portal's row can't be read: " + row.broken };
        if (auto checked = check_local_name(*row.username); !checked)
            return { "name-form", "user " + checked.error().text };
        if (rules_.protected_names.contains(*row.username))
            return { "name-protected", "user " + cited(*row.username) + " is protected" };
        if (row.groupname && !row.groupname->empty() && *row.groupname != allocation.group.text())
            return { "group-disagrees",
                "its group " + cited(*row.groupname) + " is not the allocation's "
                    + cited(allocation.group.text()) };
        if (!row.useridentifier || row.useridentifier->empty())
            return { "name-form", "user " + cited(*row.username) + " has no identifier" };
        auto identifier = UserIdentifier::parse(*row.useridentifier);
        if (!identifier)
            return { "name-form", identifier.error().text };
        if (identifier->portal != rules_.portal)
            return { "foreign-portal",
                "identifier " + cited(*row.useridentifier) + " belongs to another portal than "
                    + cited(rules_.portal) };
        if (identifier->project + "." + identifier->portal != allocation.identifier)
            return { "foreign-project",
                "identifier " + cited(*row.useridentifier) + " is not of project "
                    + cited(allocation.identifier) };
        const auto holder = person_of_.find(Name { *row.username });
        if (holder != person_of_.end() && holder->second != person(*identifier))
            return { "name-shared", "user " + cited(*row.username) + " is already " + cited(holder->second) };
        return {};
    }

    void members_of(Allocation& allocation, KnownAllocation& known)
    {
        std::map<Uuid, const KnownMember*> before_by_row;
        for (const auto& member : known.members)
            before_by_row[member.association] = &member;
        std::map<Name, Member> members;
        for (const auto* row : associations_[allocation.uuid])
            take(*row, allocation, before_by_row, members);
        std::vector<KnownMember> remembered_members;
        for (const auto& before : known.members) {
            if (members.contains(before.user))
                continue;
            members.emplace(before.user, gone(before));
            remembered_members.push_back(before);
            if (!before.gone) {
                judged_.gone_associations.push_back(before.association);
                remembered_members.back().gone = now_;
            }
        }
        for (auto& [user, member] : members) {
            if (member.standing == Standing::present || member.standing == Standing::frozen)
                remembered_members.push_back({ member.association, user, member.identifier });
            if (restricted_ && member.standing == Standing::present) {
                member.standing = Standing::revoked;
                member.why = "the resource restricts its members' access";
            }
            allocation.members.push_back(std::move(member));
        }
        std::sort(remembered_members.begin(), remembered_members.end(),
            [](const auto& a, const auto& b) { return a.user < b.user; });
        known.members = std::move(remembered_members);
    }

    void take(const AssociationRow& row, const Allocation& allocation,
        const std::map<Uuid, const KnownMember*>& before_by_row, std::map<Name, Member>& members)
    {
        const auto found = before_by_row.find(row.uuid);
        const auto* before = found == before_by_row.end() ? nullptr : found->second;
        // Who he is stays as it was known: what a refused row says of it would be held against his other
        // rows.
        const auto keep = [&](const std::string& why) {
            if (before)
                members.insert_or_assign(before->user,
                    Member { before->user, before->identifier, row.uuid, Standing::frozen, {}, why });
        };
        if (row.broken.empty() && (!row.username || row.username->empty())) {
            ++judged_.without_names;
            keep("the portal's row has no user name");
            return;
        }
        const std::string subject = allocation.name + (row.username ? "/" + *row.username : "");
        if (const auto [code, why] = refusal(row, allocation); !code.empty()) {
            note(Severity::error, code, subject, why);
            keep(why);
            return;
        }
        const Name user { *row.username };
        if (before && before->user != user) {
            const auto why = "user name changed from " + cited(before->user.text()) + " to "
                + cited(*row.username) + " under the same association";
            note(Severity::error, "name-changed", subject, why);
            keep(why);
            return;
        }
        person_of_.try_emplace(user, person(*UserIdentifier::parse(*row.useridentifier)));
        const auto [at, added] = members.try_emplace(user, Member { user, *row.useridentifier, row.uuid });
        if (!added && at->second.standing == Standing::present)
            note(Severity::warning, "association-twice", subject, "the portal lists this member twice");
    }

    Member gone(const KnownMember& before) const
    {
        Member member { before.user, before.identifier, before.association, Standing::revoked };
        member.why = "the association is gone from the portal";
        if (before.gone && before.blocked) {
            member.until = *before.blocked + rules_.member_grace;
            if (*member.until <= now_)
                member.standing = Standing::expired;
        }
        return member;
    }

    static Allocation remembered(const KnownAllocation& known)
    {
        Allocation allocation;
        allocation.uuid = known.uuid;
        allocation.resource = known.resource;
        allocation.name = known.name;
        allocation.identifier = known.identifier;
        allocation.group = known.group;
        allocation.customer = known.customer;
        allocation.customer_name = known.customer_name;
        allocation.may_create = false;
        for (const auto& member : known.members)
            allocation.members.push_back({ member.user, member.identifier, member.association,
                Standing::frozen, {}, "its allocation is not reconciled" });
        return allocation;
    }

    void keep_gone(const KnownAllocation& before)
    {
        // Its name is another's now: what hangs under the account is judged there.
        if (const auto holder = first_holder_.find(before.group);
            holder != first_holder_.end() && holder->second != before.uuid) {
            if (!before.gone && before.shares)
                judged_.gone_allocations.push_back(before.uuid);
            dropped_.push_back(before.uuid);
            return;
        }
        auto allocation = remembered(before);
        allocation.standing = Standing::revoked;
        allocation.why = "the allocation is gone from the portal";
        if (before.gone && before.blocked) {
            allocation.until = *before.blocked + rules_.allocation_grace;
            if (*allocation.until <= now_)
                allocation.standing = Standing::expired;
        }
        if (!before.gone)
            judged_.gone_allocations.push_back(before.uuid);
        for (std::size_t i = 0; i < allocation.members.size(); ++i)
            if (before.members[i].gone)
                allocation.members[i] = gone(before.members[i]);
            else
                allocation.members[i].standing = Standing::present;
        judged_.snapshot.allocations.push_back(std::move(allocation));
    }

    void finish()
    {
        for (const auto& uuid : dropped_)
            known_.erase(uuid);
        for (const auto& uuid : judged_.gone_allocations)
            if (const auto gone = known_.find(uuid); gone != known_.end())
                gone->second.gone = now_;
        auto& allocations = judged_.snapshot.allocations;
        std::sort(allocations.begin(), allocations.end(),
            [](const auto& a, const auto& b) { return a.group < b.group; });
        for (auto& allocation : allocations) {
            join_sharers(allocation);
            std::sort(allocation.members.begin(), allocation.members.end(),
                [](const auto& a, const auto& b) { return a.user < b.user; });
            judged_.expires |= allocation.standing == Standing::expired
                || std::any_of(allocation.members.begin(), allocation.members.end(),
                    [](const auto& member) { return member.standing == Standing::expired; });
        }
        judged_.known = std::move(known_);
    }

    const Listing& listing_;
    const std::map<Uuid, ResourceRow>& resources_;
    const std::optional<std::map<Name, Spent>>& spent_;
    const MembershipRules& rules_;
    const Instant now_;
    Known known_;
    Judged judged_;
    bool restricted_ = false;
    std::set<Uuid> seen_;
    std::vector<Uuid> dropped_;
    std::unordered_map<Name, Uuid> first_holder_;
    std::unordered_map<Name, std::string> project_of_; ///< identifier of who holds the name
    std::unordered_map<Name, std::vector<Member>> sharers_;
    std::unordered_map<Name, std::string> person_of_;
    std::unordered_map<Uuid, std::vector<const AssociationRow*>> associations_;
};

} // namespace

Judged judge(const Listing& listing, const Known& before, const std::map<Uuid, ResourceRow>& resources,
    const std::optional<std::map<Name, Spent>>& spent, const MembershipRules& rules, Instant now)
{
    return Judge(listing, before, resources, spent, rules, now).run();
}

Listing united(const Listing& first, const Listing& second)
{
    Listing both = second;
    const auto add = [](auto& into, const auto& from) {
        std::set<Uuid> there;
        for (const auto& row : into)
            there.insert(row.uuid);
        for (const auto& row : from)
            if (!there.contains(row.uuid))
                into.push_back(row);
        std::sort(into.begin(), into.end(), [](const auto& a, const auto& b) { return a.uuid < b.uuid; });
    };
    add(both.allocations, first.allocations);
    add(both.associations, first.associations);
    both.taken = first.taken;
    return both;
}

const std::set<std::string>& always_protected()
{
    static const std::set<std::string> names { "root", "daemon", "bin", "sys", "sync", "games", "man", "lp",
        "mail", "news", "uucp", "proxy", "www-data", "backup", "list", "irc", "nobody", "nogroup", "adm",
        "wheel", "sudo", "admin", "staff", "users", "shadow", "disk", "kmem", "tty", "docker",
        "systemd-journal", "systemd-network", "systemd-resolve", "messagebus", "sshd", "munge", "slurm",
        "mysql", "postgres", "ldap", "openldap", "sssd", "polkitd", "site-agent", "openportal", "system",
        "instance" };
    return names;
}

} // namespace site
