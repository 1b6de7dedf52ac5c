#pragma once

#include "core/explain.hpp"
#include "store/portal_memory.hpp"
#include "unit/core/groups_fixture.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>

namespace site {

/// ocean2 of ocean.brics, in Unix group and account brics.ocean; everybody is known to NSS.
struct Explain : CycleGroups {
    Explain()
    {
        people = [this](Name user) -> Result<std::optional<Person>> {
            if (nss_away)
                return Error { Errc::unreachable, "sssd is away" };
            if (strangers.contains(user.text()))
                return std::optional<Person> {};
            return std::optional(Person { uid, 100 });
        };
    }

    ExplainReport report(const std::string& name, std::optional<SubjectSort> sort = {})
    {
        return explain(both_parts(), { name, sort });
    }

    /// The one explanation of a name; the site and the store are as they were before it.
    Explanation of(const std::string& name)
    {
        const auto records_before = site.records;
        const auto applied = site.applied.size() + unix_site.applied.size();
        const auto commits = database->commits();
        auto made = report(name);
        EXPECT_FALSE(made.error) << made.error->text;
        EXPECT_EQ(site.records, records_before);
        EXPECT_EQ(site.applied.size() + unix_site.applied.size(), applied);
        EXPECT_EQ(database->commits(), commits);
        EXPECT_EQ(made.explained.size(), 1U) << name;
        EXPECT_EQ(
            made.all_hold(), !made.explained.empty() && made.explained[0].verdict.state == LinkState::ok);
        return made.explained.empty() ? Explanation {} : std::move(made.explained[0]);
    }

    /// `association fails: ...; do: ...; who`.
    std::string verdict(const std::string& name)
    {
        const auto made = of(name);
        const auto& said = made.verdict;
        return said.link + " " + std::string(site::name(said.state)) + ": " + said.text
            + "; do: " + said.advice + "; by: " + said.who;
    }

    static const Link& link(const Explanation& made, const std::string& name)
    {
        static const Link none { "none" };
        for (const auto& one : made.links)
            if (one.link == name)
                return one;
        return none;
    }

    static std::string detail(const Link& link, const std::string& name)
    {
        for (const auto& [key, value] : link.details)
            if (key == name)
                return value;
        return "none";
    }

    static std::string chain(const Explanation& made)
    {
        std::string out;
        for (const auto& one : made.links)
            out += (out.empty() ? "" : " ") + one.link + "=" + std::string(site::name(one.state));
        return out;
    }

    AllocationRow& ocean() { return portal.rows.allocations[1]; }
    AssociationRow& ocean2() { return portal.rows.associations[4]; }
    Key account() const { return { Kind::account, Name { "c1" }, Name { "brics.ocean" } }; }
    Key association() const
    {
        return { Kind::association, Name { "c1" }, Name { "brics.ocean" }, Name { "ocean2" } };
    }

    void flags(bool paused, bool restricted)
    {
        ocean().resource = uuid(500);
        ASSERT_TRUE(database->commit("test", [&](Transaction& transaction) {
            PortalMemory(*database).save_resources(
                transaction, Name { "c1" }, { { uuid(500), "OK", paused, false, restricted } });
        }));
    }

    std::set<std::string> strangers;
    uid_t uid = 20000;
};

} // namespace site
