#pragma once

#include "api/plugin.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace site {

/// A site in memory behind the real plugin interface, for tests of the core: an account a project and an
/// association a member, a gate and a block, as the Slurm plugin projects them.
class FakePlugin : public Plugin {
public:
    struct Site {
        std::map<Key, std::map<Name, Value>> records;
        std::set<Key> refuses; ///< a change of these fails
        std::set<Key> busy; ///< a removal of these is "later"
        bool unreadable = false; ///< observed fails
        int looks = 0;
        std::vector<Change> applied;
        std::function<void()> before_apply;
    };

    FakePlugin(Name cluster, Site& site) : cluster_(cluster), site_(site) { }

    [[nodiscard]] std::vector<Kind> kinds() const override { return { Kind::account, Kind::association }; }
    [[nodiscard]] Interest interest(const Snapshot& snapshot) const override
    {
        Interest interest;
        for (const auto& allocation : snapshot.allocations)
            interest.names.push_back(allocation.group);
        for (const auto& [key, owned] : *snapshot.owned)
            interest.names.push_back(key.name);
        return interest;
    }

    Result<Observation> observed(const Interest&) override
    {
        ++site_.looks;
        if (site_.unreadable)
            return Error { Errc::unreachable, "the site is away" };
        Observation observation;
        for (const auto& [key, fields] : site_.records) {
            Record record { key };
            for (const auto& [field, value] : fields)
                if (!value.unset())
                    record.fields.push_back({ field, value });
            const auto account = site_.records.find({ Kind::account, key.cluster, key.name });
            record.marked = account != site_.records.end() && account->second.contains(Name { "owner" })
                && account->second.at(Name { "owner" }) == Value(Name { "site-agent" });
            observation.records.push_back(std::move(record));
        }
        return observation;
    }

    [[nodiscard]] Result<Desired> desired(const Snapshot& snapshot, const Observation&) const override
    {
        Desired desired;
        for (std::uint32_t a = 0; a < snapshot.allocations.size(); ++a)
            project(snapshot, a, desired);
        std::sort(desired.records.begin(), desired.records.end(),
            [](const Record& x, const Record& y) { return x.key < y.key; });
        return desired;
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const Change> changes) const override
    {
        std::vector<std::string> out;
        for (const auto& change : changes)
            out.push_back(text(change));
        return out;
    }

    std::vector<Result<void>> apply(std::span<const Change> changes) override
    {
        if (site_.before_apply)
            site_.before_apply();
        std::vector<Result<void>> results;
        for (const auto& change : changes)
            results.push_back(apply(change));
        return results;
    }

    std::vector<Finding> check() override { return {}; }

    [[nodiscard]] Key account(const Allocation& allocation) const
    {
        return { Kind::account, cluster_, allocation.group };
    }
    [[nodiscard]] Key association(const Allocation& allocation, Name user) const
    {
        return { Kind::association, cluster_, allocation.group, user };
    }

private:
    void project(const Snapshot& snapshot, std::uint32_t index, Desired& desired) const
    {
        const auto& allocation = snapshot.allocations[index];
        if (allocation.standing == Standing::frozen) {
            desired.refused.push_back({ account(allocation), allocation.why });
            return;
        }
        const bool gone
            = allocation.standing == Standing::revoked || allocation.standing == Standing::expired;
        Record record { account(allocation), { { Name { "owner" }, Name { "site-agent" } } }, index };
        record.only_if_there = gone || !allocation.may_create;
        const auto closed = closure(allocation);
        const auto owned = snapshot.owned->find(record.key);
        const bool ours = owned != snapshot.owned->end() && owned->second.field(Name { "gate" });
        if (closed == Closure::undecided ? ours : closed != Closure::open)
            record.fields.push_back({ Name { "gate" }, std::int64_t { 0 }, Take::hold, effect(closed) });
        if (allocation.standing != Standing::expired)
            desired.records.push_back(record);
        else
            return;
        for (std::uint32_t m = 0; m < allocation.members.size(); ++m)
            project(allocation, index, allocation.members[m], m, record.only_if_there, desired);
    }

    void project(const Allocation& allocation, std::uint32_t index, const Member& member, std::uint32_t at,
        bool only_if_there, Desired& desired) const
    {
        const auto key = association(allocation, member.user);
        if (member.standing == Standing::frozen || member.standing == Standing::waiting) {
            desired.refused.push_back({ key, member.why });
            return;
        }
        if (member.standing == Standing::expired)
            return;
        Record record { key, {}, index, at };
        record.only_if_there = only_if_there || member.standing == Standing::revoked;
        record.needs = { account(allocation) };
        if (member.standing == Standing::revoked)
            record.fields.push_back({ Name { "block" }, std::int64_t { 0 }, Take::hold, Effect::takes_away });
        desired.records.push_back(std::move(record));
    }

    Result<void> apply(const Change& change)
    {
        if (site_.refuses.contains(change.key))
            return Error { Errc::refused, "the tool says no" };
        if (change.action == Action::remove && site_.busy.contains(change.key))
            return Error { Errc::conflict, "jobs are active" };
        site_.applied.push_back(change);
        if (change.action == Action::remove) {
            site_.records.erase(change.key);
            return {};
        }
        auto& fields = site_.records[change.key];
        for (const auto& field : change.fields)
            fields[field.field] = field.after;
        return {};
    }

    Name cluster_;
    Site& site_;
};

} // namespace site
