#include "exec/desired.hpp"

#include "exec/fields.hpp"
#include "group_projection/group_projection.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <span>

namespace site {
namespace {

/// Gone from the portal, so that nothing new is made for it.
bool gone(const Allocation& allocation)
{
    return allocation.standing == Standing::revoked || allocation.standing == Standing::expired;
}

/// Members by user, each user once: the standing that leaves him most access wins.
std::map<Name, std::uint32_t> members_by_user(const Allocation& allocation)
{
    std::map<Name, std::uint32_t> out;
    const auto& members = allocation.members;
    for (std::uint32_t i = 0; i < members.size(); ++i) {
        const auto [at, first] = out.try_emplace(members[i].user, i);
        if (!first && members[i].standing < members[at->second].standing)
            at->second = i;
    }
    return out;
}

/// Accounts and associations.
class Accounts {
public:
    Accounts(const ExecSettings& settings, const std::vector<Kind>& kinds, Name cluster,
        const Snapshot& snapshot, const Observation& observation, Desired& out)
        : settings_(settings), associations_(keeps(kinds, Kind::association)), cluster_(cluster),
          snapshot_(snapshot), observation_(observation), out_(out)
    {
    }

    void run()
    {
        for (std::uint32_t i = 0; i < snapshot_.allocations.size(); ++i)
            project(i);
    }

private:
    [[nodiscard]] Key account(Name name) const { return { Kind::account, cluster_, name }; }

    [[nodiscard]] const Record* observed(const Key& key) const
    {
        const auto& records = observation_.records;
        const auto found = std::lower_bound(records.begin(), records.end(), key,
            [](const Record& record, const Key& sought) { return record.key < sought; });
        return found != records.end() && found->key == key ? &*found : nullptr;
    }

    [[nodiscard]] bool ours(const Key& key, Name field) const
    {
        if (snapshot_.owned == nullptr)
            return false;
        const auto found = snapshot_.owned->find(key);
        return found != snapshot_.owned->end() && found->second.field(field) != nullptr;
    }

    void refuse(const Key& key, std::string why) { out_.refused.push_back({ key, std::move(why) }); }

    void project(std::uint32_t index)
    {
        const auto& allocation = snapshot_.allocations[index];
        const bool retired
            = allocation.standing == Standing::expired && settings_.groups.retire == Retire::remove;
        if (allocation.group.empty() || retired)
            return;
        const auto key = account(allocation.group);
        if (allocation.standing == Standing::frozen || allocation.standing == Standing::waiting)
            return refuse(
                key, allocation.why.empty() ? std::string(name(allocation.standing)) : allocation.why);
        if (const auto fit = check_local_name(allocation.group.text()); !fit)
            return refuse(key, "account " + fit.error().text);
        report_foreign_hold(key);
        add_account(index, key);
        if (!associations_ || allocation.standing == Standing::expired)
            return; // kept for its history: its members are left out and so removed
        for (const auto& [user, member] : members_by_user(allocation))
            add_member(index, member);
    }

    void add_account(std::uint32_t index, const Key& key)
    {
        const auto& allocation = snapshot_.allocations[index];
        Record record { .key = key, .allocation = index };
        record.only_if_there = !allocation.may_create || gone(allocation);
        record.fields.push_back({ exec_fields().project, Value(Name(allocation.identifier)) });
        const auto* there = observed(key);
        add_gate(allocation, there, record);
        add_limit(allocation, there, record);
        out_.records.push_back(std::move(record));
    }

    /// Closed for what is known. Where the limit or what is spent isn't, a gate of ours stays as it stands;
    /// a new account begins open, since nothing can have been spent under it yet.
    void add_gate(const Allocation& allocation, const Record* there, Record& record) const
    {
        const auto why = closure(allocation);
        if (why == Closure::open)
            return;
        const auto closed = exec_fields().closed;
        FieldValue gate { .field = closed, .value = Value(1), .take = Take::hold, .effect = effect(why) };
        if (why == Closure::undecided) {
            if (there == nullptr || !ours(record.key, closed))
                return;
            const auto* stands = there->field(closed);
            gate.value = stands == nullptr ? Value {} : stands->value;
        }
        record.fields.push_back(gate);
    }

    /// Of an account that is there only when it is known what of it is spent, too: a program may open by it.
    static void add_limit(const Allocation& allocation, const Record* there, Record& record)
    {
        constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
        const auto limit = exec_fields().limit;
        const bool decided = there == nullptr || closure(allocation) != Closure::undecided;
        if (decided && allocation.limit && *allocation.limit <= most)
            record.fields.push_back({ limit, Value(static_cast<std::int64_t>(*allocation.limit)) });
        else if (const auto* stands = there == nullptr ? nullptr : there->field(limit))
            record.fields.push_back({ limit, stands->value });
    }

    /// A gate that isn't ours is the site's own hold: reported, never opened.
    void report_foreign_hold(const Key& key)
    {
        const auto closed = exec_fields().closed;
        const auto* there = observed(key);
        if (there == nullptr || there->field(closed) == nullptr || ours(key, closed))
            return;
        out_.findings.push_back({ Severity::warning, "exec-foreign-hold", key.name.text(),
            "account " + cited(key.name.text()) + " is closed, and this agent did not close it",
            "open it by the site's own means when it should run jobs again" });
    }

    void add_member(std::uint32_t index, std::uint32_t member_index)
    {
        const auto& allocation = snapshot_.allocations[index];
        const auto& member = allocation.members[member_index];
        if (member.standing == Standing::expired || member.user.empty())
            return;
        const Key key { Kind::association, cluster_, allocation.group, member.user };
        if (const auto fit = check_local_name(member.user.text()); !fit)
            return refuse(key, "user " + fit.error().text);
        if (member.standing == Standing::waiting || member.standing == Standing::frozen)
            return refuse(key, member.why.empty() ? std::string(name(member.standing)) : member.why);
        Record record { .key = key, .allocation = index, .member = member_index };
        const bool revoked = member.standing == Standing::revoked;
        record.only_if_there = revoked || gone(allocation) || !allocation.may_create;
        if (revoked)
            record.fields.push_back({ .field = exec_fields().blocked,
                .value = Value(1),
                .take = Take::hold,
                .effect = Effect::takes_away });
        record.needs.push_back(account(allocation.group));
        out_.records.push_back(std::move(record));
    }

    const ExecSettings& settings_;
    const bool associations_;
    const Name cluster_;
    const Snapshot& snapshot_;
    const Observation& observation_;
    Desired& out_;
};

bool refuses(std::span<const Refusal> all, const Key& key)
{
    return std::any_of(all.begin(), all.end(), [&](const Refusal& one) { return one.key == key; });
}

/// A refusal holds back all of its name that is made later, in this plugin also the account and its
/// associations: a group without an id would keep a gate open. So what is refused of groups alone is asked
/// for as it stands instead, and told; what hangs on it is kept right where it is, and not made. `groups` is
/// how many of the refusals are of groups and members.
void keep_apart(const std::vector<Kind>& kinds, std::size_t groups, Desired& out)
{
    const std::span<const Refusal> all(out.refused);
    const auto accounts = all.subspan(groups);
    std::vector<Refusal> refused(accounts.begin(), accounts.end());
    for (const auto& one : all.first(groups)) {
        Key account = one.key;
        account.kind = one.key.kind == Kind::group ? Kind::account : Kind::association;
        const Key project { Kind::account, account.cluster, account.name };
        if (!keeps(kinds, account.kind) || refuses(accounts, account) || refuses(accounts, project)) {
            refused.push_back(one);
            continue;
        }
        out.findings.push_back(
            { Severity::warning, "exec-left-alone", text(one.key), "it is left as it is: " + one.why, "" });
        for (auto& record : out.records)
            if (record.key.kind >= Kind::account && record.key.name == one.key.name
                && (one.key.member.empty() || one.key.member == record.key.member))
                record.only_if_there = true;
        if (keeps(kinds, one.key.kind))
            out.records.push_back({ .key = one.key, .only_if_there = true });
    }
    out.refused = std::move(refused);
}

} // namespace

Result<Desired> exec_desired(
    const ExecSettings& settings, Name cluster, const Snapshot& snapshot, const Observation& observation)
{
    const auto kinds = exec_kinds(settings.records);
    Desired out;
    if (keeps(kinds, Kind::group) || keeps(kinds, Kind::group_member)) {
        auto groups = group_desired(settings.groups, UserRules {}, cluster, snapshot, observation);
        if (!groups)
            return groups;
        out = std::move(*groups);
        std::erase_if(out.records, [&](const Record& record) { return !keeps(kinds, record.key.kind); });
    }
    if (keeps(kinds, Kind::account)) {
        const auto groups = out.refused.size();
        Accounts(settings, kinds, cluster, snapshot, observation, out).run();
        keep_apart(kinds, groups, out);
    }
    std::sort(out.records.begin(), out.records.end(),
        [](const Record& a, const Record& b) { return a.key < b.key; });
    return out;
}

Interest exec_interest(const ExecSettings& settings, Name cluster, const Snapshot& snapshot)
{
    const auto kinds = exec_kinds(settings.records);
    Interest interest;
    auto& names = interest.names;
    for (const auto& allocation : snapshot.allocations)
        names.push_back(allocation.group);
    if (snapshot.owned != nullptr)
        for (const auto& [key, owned] : *snapshot.owned)
            if (key.cluster == cluster && keeps(kinds, key.kind))
                names.push_back(key.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (!names.empty() && names.front().empty())
        names.erase(names.begin());
    return interest;
}

} // namespace site
