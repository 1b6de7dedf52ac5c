#include "slurm/desired.hpp"

#include "model/identifier.hpp"
#include "slurm/cap.hpp"
#include "slurm/fields.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace site {
namespace {

bool retired(const SlurmSettings& settings, const Allocation& allocation)
{
    return allocation.standing == Standing::expired && settings.retire == Retire::remove;
}

/// Gone from the portal, so that nothing new is made for it.
bool gone(const Allocation& allocation)
{
    return allocation.standing == Standing::revoked || allocation.standing == Standing::expired;
}

std::vector<Name> parts(const SlurmSettings& settings)
{
    std::vector<Name> out;
    for (const auto& partition : settings.partitions)
        out.emplace_back(partition);
    if (out.empty())
        out.emplace_back();
    return out;
}

/// Members by user, each user once: the standing that leaves him most access wins.
std::vector<std::uint32_t> members_by_user(const Allocation& allocation)
{
    std::vector<std::uint32_t> order(allocation.members.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto& members = allocation.members;
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        if (members[a].user != members[b].user)
            return members[a].user < members[b].user;
        return std::pair(members[a].standing, a) < std::pair(members[b].standing, b);
    });
    const auto same = [&](std::uint32_t a, std::uint32_t b) { return members[a].user == members[b].user; };
    order.erase(std::unique(order.begin(), order.end(), same), order.end());
    return order;
}

class Projection {
public:
    Projection(
        const SlurmSettings& settings, Name cluster, const Snapshot& snapshot, const Observation& observation)
        : settings_(settings), cluster_(cluster), snapshot_(snapshot), observation_(observation),
          facts_(static_cast<const SlurmFacts&>(*observation.facts)), parts_(parts(settings)),
          qos_(account_qos(settings))
    {
    }

    Desired run()
    {
        if (settings_.accounts == AccountTree::by_customer)
            find_customers();
        for (std::uint32_t i = 0; i < snapshot_.allocations.size(); ++i)
            project(i);
        for (const auto& [name, customer] : customers_)
            add_customer(name, customer);
        std::sort(out_.records.begin(), out_.records.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
        return std::move(out_);
    }

private:
    struct Customer {
        std::uint32_t first = nobody; ///< the allocation whose organisation's name holds
        bool make = false; ///< a project beneath it may be made
    };

    [[nodiscard]] Key account(Name name) const { return { Kind::account, cluster_, name }; }

    [[nodiscard]] const Record* observed(const Key& key) const
    {
        const auto& records = observation_.records;
        const auto found = std::lower_bound(records.begin(), records.end(), key,
            [](const Record& record, const Key& sought) { return record.key < sought; });
        return found != records.end() && found->key == key ? &*found : nullptr;
    }

    [[nodiscard]] const Owned* owned(const Key& key) const
    {
        if (snapshot_.owned == nullptr)
            return nullptr;
        const auto found = snapshot_.owned->find(key);
        return found == snapshot_.owned->end() ? nullptr : &found->second;
    }

    void refuse(const Key& key, std::string why) { out_.refused.push_back({ key, std::move(why) }); }

    void find_customers()
    {
        for (std::uint32_t i = 0; i < snapshot_.allocations.size(); ++i) {
            const auto& allocation = snapshot_.allocations[i];
            if (allocation.customer.empty() || retired(settings_, allocation))
                continue;
            auto& customer = customers_[allocation.customer];
            if (customer.first == nobody)
                customer.first = i;
            customer.make |= allocation.standing == Standing::present && allocation.may_create;
        }
    }

    /// Why a name can't be an account of ours; empty when it can.
    [[nodiscard]] std::string unfit(Name name) const
    {
        if (const auto fit = check_local_name(name.text()); !fit)
            return "account " + fit.error().text;
        if (name.text() == "root" || name.text() == settings_.parent_account)
            return "account " + cited(name.text()) + " belongs to the site";
        const auto elsewhere = facts_.elsewhere.find(name);
        if (elsewhere != facts_.elsewhere.end() && elsewhere->second != fields().mark.text())
            return "account " + cited(name.text()) + " exists in Slurm's database and is not ours";
        return {};
    }

    [[nodiscard]] bool is_project(Name name) const
    {
        const auto& all = snapshot_.allocations;
        const auto found = std::lower_bound(all.begin(), all.end(), name,
            [](const Allocation& one, Name sought) { return one.group < sought; });
        return found != all.end() && found->group == name;
    }

    /// Why an allocation can't lie under its organisation's account; empty when it can.
    [[nodiscard]] std::string unfit_customer(const Allocation& allocation) const
    {
        if (auto why = unfit(allocation.customer); !why.empty())
            return "the organisation's " + why;
        if (is_project(allocation.customer))
            return "account " + cited(allocation.customer.text())
                + " would be an organisation's and a project's";
        const auto& first = snapshot_.allocations[customers_.at(allocation.customer).first];
        if (first.customer_name != allocation.customer_name)
            return "organisations " + cited(first.customer_name) + " and " + cited(allocation.customer_name)
                + " both come to account " + cited(allocation.customer.text());
        return {};
    }

    void project(std::uint32_t index)
    {
        const auto& allocation = snapshot_.allocations[index];
        if (allocation.group.empty() || retired(settings_, allocation))
            return;
        const auto key = account(allocation.group);
        if (allocation.standing == Standing::frozen || allocation.standing == Standing::waiting)
            return refuse(
                key, allocation.why.empty() ? std::string(name(allocation.standing)) : allocation.why);
        if (auto why = unfit(allocation.group); !why.empty())
            return refuse(key, std::move(why));
        const bool by_customer = settings_.accounts == AccountTree::by_customer;
        if (by_customer && !gone(allocation) && !allocation.customer.empty())
            if (auto why = unfit_customer(allocation); !why.empty())
                return refuse(key, std::move(why));
        report_foreign_hold(allocation, key);
        add_account(index, key);
        if (allocation.standing == Standing::expired)
            return; // kept for its history: its members are left out and so removed
        for (const auto member : members_by_user(allocation))
            add_member(index, member);
    }

    void add_account(std::uint32_t index, const Key& key)
    {
        const auto& allocation = snapshot_.allocations[index];
        Record record { .key = key, .allocation = index };
        record.only_if_there = !allocation.may_create || gone(allocation);
        const auto& names = fields();
        auto& into = record.fields;
        into.reserve(8);
        into.push_back({ names.description, Value(Name(clean_text("project " + allocation.identifier))) });
        into.push_back({ names.organization, Value(names.mark) });
        add_parent(allocation, record);
        if (settings_.fairshare)
            into.push_back({ names.fairshare, Value(*settings_.fairshare) });
        if (!qos_.empty())
            into.push_back({ names.qos, Value(Name(qos_)) });
        if (allocation.downscaled && !settings_.downscaled_qos.empty())
            into.push_back({ .field = names.default_qos,
                .value = Value(Name(settings_.downscaled_qos)),
                .take = Take::hold,
                .effect = Effect::takes_away });
        else if (!settings_.default_qos.empty())
            into.push_back({ names.default_qos, Value(Name(settings_.default_qos)) });
        add_gate(allocation, record);
        add_caps(allocation, record);
        out_.records.push_back(std::move(record));
    }

    /// Closed for what is known. Where the limit or what is spent isn't, a gate of ours stays as it stands;
    /// a new account begins open, since nothing can have been spent under it yet.
    void add_gate(const Allocation& allocation, Record& record)
    {
        const auto why = closure(allocation);
        if (why == Closure::open)
            return;
        const auto* there = observed(record.key);
        const auto* ours = owned(record.key);
        for (const auto field : { fields().grp_submit, fields().grp_jobs }) {
            FieldValue gate { .field = field, .value = Value(0), .take = Take::hold, .effect = effect(why) };
            if (why == Closure::undecided) {
                if (there == nullptr || ours == nullptr || ours->field(field) == nullptr)
                    continue;
                const auto* stands = there->field(field);
                gate.value = stands == nullptr ? Value {} : stands->value;
            }
            record.fields.push_back(gate);
        }
    }

    void add_parent(const Allocation& allocation, Record& record)
    {
        const auto parent = fields().parent;
        if (settings_.accounts == AccountTree::flat) {
            record.fields.push_back({ parent, Value(Name(settings_.parent_account)) });
            return;
        }
        const bool placed
            = !allocation.customer.empty() && (!gone(allocation) || unfit_customer(allocation).empty());
        if (placed) {
            record.fields.push_back({ parent, Value(allocation.customer) });
            record.needs.push_back(account(allocation.customer));
            return;
        }
        record.only_if_there = true;
        if (!gone(allocation))
            out_.findings.push_back({ Severity::warning, "slurm-no-organisation", allocation.group.text(),
                "the organisation of " + cited(allocation.identifier)
                    + " is not known, so its account is not made",
                "look up the allocation's customer in the portal" });
        const auto* there = observed(record.key);
        if (there != nullptr && there->field(parent) != nullptr)
            record.fields.push_back({ parent, there->field(parent)->value });
    }

    void add_caps(const Allocation& allocation, Record& record)
    {
        auto made = caps(
            allocation, { settings_, facts_, observed(record.key), owned(record.key), snapshot_.month });
        for (auto& field : made.fields)
            record.fields.push_back(field);
        if (!made.problem.empty())
            out_.findings.push_back({ Severity::warning, "slurm-no-cap", allocation.group.text(),
                "the cap stays as it is: " + made.problem, "" });
    }

    void add_member(std::uint32_t index, std::uint32_t member_index)
    {
        const auto& allocation = snapshot_.allocations[index];
        const auto& member = allocation.members[member_index];
        if (member.standing == Standing::expired || member.user.empty())
            return;
        const auto fit = check_local_name(member.user.text());
        for (const auto part : parts_) {
            const Key key { Kind::association, cluster_, allocation.group, member.user, part };
            if (!fit) {
                refuse(key, "user " + fit.error().text);
                continue;
            }
            if (member.standing == Standing::waiting || member.standing == Standing::frozen) {
                refuse(key, member.why.empty() ? std::string(name(member.standing)) : member.why);
                continue;
            }
            Record record { .key = key, .allocation = index, .member = member_index };
            const bool revoked = member.standing == Standing::revoked;
            record.only_if_there = revoked || gone(allocation) || !allocation.may_create;
            if (revoked)
                record.fields.push_back({ .field = fields().max_submit,
                    .value = Value(0),
                    .take = Take::hold,
                    .effect = Effect::takes_away });
            record.needs.push_back(account(allocation.group));
            out_.records.push_back(std::move(record));
        }
    }

    void add_customer(Name name, const Customer& customer)
    {
        if (is_project(name))
            return; // the project keeps the account; who would lie under it has been refused
        const auto& allocation = snapshot_.allocations[customer.first];
        if (auto why = unfit_customer(allocation); !why.empty())
            return refuse(account(name), std::move(why));
        const auto& names = fields();
        Record record { .key = account(name), .allocation = customer.first };
        record.only_if_there = !customer.make;
        record.fields
            = { { names.description, Value(Name(clean_text("organisation " + allocation.customer_name))) },
                  { names.organization, Value(names.mark) },
                  { names.parent, Value(Name(settings_.parent_account)) } };
        out_.records.push_back(std::move(record));
    }

    /// A 0 that isn't ours is the site's own hold: reported, never opened.
    void report_foreign_hold(const Allocation& allocation, const Key& key)
    {
        const auto* there = observed(key);
        if (there == nullptr)
            return;
        const auto* ours = owned(key);
        for (const auto field : { fields().grp_submit, fields().grp_jobs }) {
            const auto* value = there->field(field);
            if (value == nullptr || value->value != Value(0)
                || (ours != nullptr && ours->field(field) != nullptr))
                continue;
            out_.findings.push_back({ Severity::warning, "slurm-foreign-hold", allocation.group.text(),
                "account " + cited(key.name.text()) + " has " + field.text()
                    + "=0, which this agent did not set",
                "clear it with sacctmgr when the account should run jobs again" });
            return;
        }
    }

    const SlurmSettings& settings_;
    Name cluster_;
    const Snapshot& snapshot_;
    const Observation& observation_;
    const SlurmFacts& facts_;
    std::vector<Name> parts_;
    std::string qos_;
    std::map<Name, Customer> customers_;
    Desired out_;
};

/// Whether something that is ours here isn't asked for any more, or its grace is over.
bool removals(const SlurmSettings& settings, Name cluster, const Snapshot& snapshot)
{
    if (snapshot.owned == nullptr)
        return false;
    std::unordered_set<Key> asked;
    const auto places = parts(settings);
    for (const auto& allocation : snapshot.allocations) {
        if (retired(settings, allocation))
            continue;
        asked.insert({ Kind::account, cluster, allocation.group });
        if (settings.accounts == AccountTree::by_customer && !allocation.customer.empty())
            asked.insert({ Kind::account, cluster, allocation.customer });
        if (allocation.standing == Standing::expired)
            continue;
        for (const auto& member : allocation.members)
            if (member.standing != Standing::expired)
                for (const auto part : places)
                    asked.insert({ Kind::association, cluster, allocation.group, member.user, part });
    }
    return std::any_of(snapshot.owned->begin(), snapshot.owned->end(), [&](const auto& one) {
        const auto& [key, owned] = one;
        const bool ours = key.kind == Kind::account || key.kind == Kind::association;
        return ours && owned.record && key.cluster == cluster && !asked.contains(key);
    });
}

} // namespace

Result<Desired> slurm_desired(
    const SlurmSettings& settings, Name cluster, const Snapshot& snapshot, const Observation& observation)
{
    if (dynamic_cast<const SlurmFacts*>(observation.facts.get()) == nullptr)
        return Error { Errc::internal, "the observation is not of the Slurm plugin" };
    return Projection(settings, cluster, snapshot, observation).run();
}

Interest slurm_interest(const SlurmSettings& settings, Name cluster, const Snapshot& snapshot)
{
    Interest interest;
    auto& names = interest.names;
    for (const auto& allocation : snapshot.allocations) {
        names.push_back(allocation.group);
        if (settings.accounts == AccountTree::by_customer)
            names.push_back(allocation.customer);
    }
    if (snapshot.owned != nullptr)
        for (const auto& [key, owned] : *snapshot.owned)
            if ((key.kind == Kind::account || key.kind == Kind::association) && key.cluster == cluster)
                names.push_back(key.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    if (!names.empty() && names.front().empty())
        names.erase(names.begin());
    interest.removals = removals(settings, cluster, snapshot);
    return interest;
}

} // namespace site
