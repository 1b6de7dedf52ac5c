#pragma once

#include "group_projection/group_projection.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace site {

/// Unix groups and users in memory behind the real plugin interface and the real projection, for tests of the
/// core.
class FakeGroups : public Plugin {
public:
    struct Site {
        struct Group {
            std::uint32_t gid = 0;
            std::set<Name> members {};
        };
        struct User {
            std::uint32_t uid = 0;
            bool locked = false;
        };
        std::map<Name, Group> groups;
        std::map<Name, User> users;
        std::set<std::pair<Name, Name>> primary;
        std::set<Key> refuses; ///< a change of these fails
        bool unreadable = false;
        GroupRules rules;
        UserRules user_rules;
        std::vector<Change> applied;
    };

    FakeGroups(Name cluster, Site& site) : cluster_(cluster), site_(site) { }

    [[nodiscard]] std::vector<Kind> kinds() const override
    {
        return { Kind::group, Kind::user, Kind::group_member };
    }
    [[nodiscard]] Interest interest(const Snapshot& snapshot) const override
    {
        return group_interest(cluster_, snapshot);
    }

    Result<Observation> observed(const Interest& interest) override
    {
        if (site_.unreadable)
            return Error { Errc::unreachable, "the directory is away" };
        Observation out;
        out.ids.emplace();
        for (const auto& [name, group] : site_.groups) {
            out.ids->groups.emplace(group.gid, name);
            if (!std::binary_search(interest.names.begin(), interest.names.end(), name))
                continue;
            out.records.push_back({ { Kind::group, cluster_, name },
                { { group_fields().gid, Value(std::int64_t { group.gid }) } } });
            for (const auto member : group.members)
                out.records.push_back({ { Kind::group_member, cluster_, name, member } });
        }
        for (const auto& [name, user] : site_.users) {
            out.ids->users.emplace(user.uid, name);
            if (!std::binary_search(interest.users.begin(), interest.users.end(), name))
                continue;
            Record record { { Kind::user, cluster_, {}, name },
                { { group_fields().uid, Value(std::int64_t { user.uid }) } } };
            if (user.locked)
                record.fields.push_back({ group_fields().locked, Value(1) });
            out.records.push_back(std::move(record));
        }
        std::sort(out.records.begin(), out.records.end(),
            [](const Record& a, const Record& b) { return a.key < b.key; });
        auto facts = std::make_shared<GroupFacts>();
        facts->primary = site_.primary;
        out.facts = std::move(facts);
        return out;
    }

    [[nodiscard]] Result<Desired> desired(
        const Snapshot& snapshot, const Observation& observation) const override
    {
        return group_desired(site_.rules, site_.user_rules, cluster_, snapshot, observation);
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
        std::vector<Result<void>> results;
        for (const auto& change : changes)
            results.push_back(apply(change));
        return results;
    }

    std::vector<Finding> check() override { return {}; }

private:
    static std::uint32_t id(const Change& change, Name field)
    {
        return static_cast<std::uint32_t>(*change.field(field)->after.number());
    }

    Result<void> apply(const Change& change)
    {
        if (site_.refuses.contains(change.key))
            return Error { Errc::refused, "the tool says no" };
        site_.applied.push_back(change);
        const auto& key = change.key;
        const bool remove = change.action == Action::remove;
        if (key.kind == Kind::group) {
            if (remove)
                site_.groups.erase(key.name);
            else
                site_.groups[key.name].gid = id(change, group_fields().gid);
        } else if (key.kind == Kind::group_member) {
            if (!site_.groups.contains(key.name))
                return Error { Errc::not_found, "there is no such group" };
            auto& members = site_.groups[key.name].members;
            if (remove)
                members.erase(key.member);
            else
                members.insert(key.member);
        } else if (remove) {
            site_.users.erase(key.member);
        } else {
            auto& user = site_.users[key.member];
            if (change.action == Action::create)
                user.uid = id(change, group_fields().uid);
            if (const auto* locked = change.field(group_fields().locked))
                user.locked = !locked->after.unset();
        }
        return {};
    }

    Name cluster_;
    Site& site_;
};

} // namespace site
