#include "simulation/oracle.hpp"

#include <gtest/gtest.h>

#include <set>

namespace site::simulation {
namespace {

/// Two projects with two members each; the portal goes away four days before a month ends.
struct PortalAway : testing::Test {
    PortalAway()
    {
        world.clock.advance(*parse_instant("2026-11-27T08:00:00Z") - world.clock.plain().now());
        add_project("p1", 1, 30);
        add_project("p2", 2, 20);
        jobs.run(Name { "brics.p1" }, Name { "alice" }, now() - Seconds { 3600 }, now());
        run();
        usage();
        run();
        world.portal.away = true;
    }

    void add_project(const std::string& name, std::uint64_t number, std::int32_t limit)
    {
        AllocationRow row;
        row.uuid = numbered('a', number);
        row.resource = numbered('b', number);
        row.service_settings = numbered('e', 1);
        row.name = name;
        row.backend_id = name + ".brics";
        row.groupname = "brics." + name;
        row.node_limit = limit;
        row.state = PortalState::ok;
        row.customer_name = "org";
        world.portal.allocations.push_back(row);
        world.portal.flags[row.resource] = { row.resource, "OK" };
        join(number, "alice");
        join(number, "bob");
    }

    void join(std::uint64_t project, const std::string& person)
    {
        const auto& row = world.portal.allocations[project - 1];
        AssociationRow member;
        member.uuid = numbered('f', ++members);
        member.allocation = row.uuid;
        member.username = person;
        member.groupname = row.groupname;
        member.useridentifier = person + "." + row.name + ".brics";
        world.portal.associations.push_back(member);
    }

    [[nodiscard]] Instant now() const { return world.clock.plain().now(); }
    CycleSeen run()
    {
        auto seen = world.cycle(CycleMode::apply);
        oracle.after_cycle(seen);
        return seen;
    }
    UsageSeen usage()
    {
        auto seen = world.usage();
        oracle.after_usage(seen);
        return seen;
    }

    /// The service for so long, every two hours; what was done at the sites meanwhile.
    std::vector<Change> days(int count)
    {
        std::vector<Change> done;
        for (const auto end = now() + Seconds { 86400 * count }; now() < end;) {
            world.clock.advance(Seconds { 7200 });
            usage();
            const auto seen = run();
            for (const auto& writes : seen.writes)
                for (const auto& write : writes)
                    done.push_back(write.change);
        }
        return done;
    }

    [[nodiscard]] bool closed(const char* group) const
    {
        const Key key { Kind::account, Name { "c1" }, Name { group } };
        return world.sites[0].held(key, gate()) && world.sites[1].held(key, gate());
    }
    [[nodiscard]] bool blocked(const char* group, const char* user) const
    {
        const Key key { Kind::association, Name { "c1" }, Name { group }, Name { user } };
        return world.sites[0].held(key, block()) && world.sites[1].held(key, block());
    }

    World world { {}, { false, 10 } };
    Oracle oracle { world };
    TrueJobs& jobs = world.jobs;
    std::uint64_t members = 0;
};

constexpr Month november = std::chrono::year { 2026 } / std::chrono::November;
constexpr Month december = std::chrono::year { 2026 } / std::chrono::December;

TEST_F(PortalAway, GatesMayOnlyCloseAndNobodyIsRevoked)
{
    jobs.run(Name { "brics.p2" }, Name { "bob" }, now(), now() + Seconds { 30 * 3600 });
    jobs.run(Name { "brics.p1" }, Name { "alice" }, now() + Seconds { 4 * 86400 }, std::nullopt);
    // The portal knows more by now, and cannot say it.
    std::erase_if(world.portal.associations, [](const auto& row) { return row.username == "bob"; });
    world.portal.allocations[1].node_limit = 1000;
    join(1, "carol");

    const auto before_the_turn = days(3);
    ASSERT_EQ(before_the_turn.size(), 2U); // of each site
    for (const auto& change : before_the_turn) {
        EXPECT_EQ(change.key.name, Name { "brics.p2" });
        EXPECT_EQ(change.effect, Effect::stops);
    }
    EXPECT_TRUE(closed("brics.p2"));

    // A new month: nothing opens, and what p1 spends of it is held against no limit of the old one.
    EXPECT_TRUE(days(4).empty());
    EXPECT_GE(jobs.truth(december).at({ Name { "brics.p1" }, Name {} }), 30U * 3600);
    EXPECT_TRUE(closed("brics.p2"));
    EXPECT_FALSE(closed("brics.p1"));
    EXPECT_FALSE(blocked("brics.p1", "bob"));

    // Too old to act on at all.
    EXPECT_TRUE(days(1).empty());

    world.portal.away = false;
    days(1);
    EXPECT_FALSE(closed("brics.p2"));
    EXPECT_TRUE(closed("brics.p1"));
    EXPECT_TRUE(blocked("brics.p1", "bob"));
    EXPECT_TRUE(blocked("brics.p2", "bob"));
    EXPECT_TRUE(
        world.sites[0].has({ Kind::association, Name { "c1" }, Name { "brics.p1" }, Name { "carol" } }));
    EXPECT_FALSE(world.verdict.first()) << world.verdict.first()->text;
}

TEST_F(PortalAway, ReportsWaitAsOneRowEachAndAllGoOutOnce)
{
    const auto heard_before = world.portal.received;
    jobs.run(Name { "brics.p1" }, Name { "alice" }, now(), now() + Seconds { 5 * 86400 }); // over the turn
    jobs.run(Name { "brics.p2" }, Name { "bob" }, now(), now() + Seconds { 6 * 86400 });
    days(7);
    EXPECT_EQ(world.portal.received, heard_before);

    std::set<std::tuple<Uuid, Month, OutboxCall>> rows;
    for (const auto& row : world.outbox())
        rows.emplace(row.resource, row.month, row.call);
    EXPECT_EQ(rows.size(), world.outbox().size());
    std::set<std::tuple<Uuid, Month, OutboxCall>> wanted;
    for (const auto number : { 1U, 2U })
        for (const auto month : { november, december })
            for (const auto call : { OutboxCall::set_usage, OutboxCall::set_user_usages })
                wanted.emplace(numbered('b', number), month, call);
    EXPECT_EQ(rows, wanted);

    world.portal.away = false;
    std::vector<std::string> heard;
    for (int i = 0; i < 12; ++i) { // the pause after so many failures may have grown
        world.clock.advance(Seconds { 3600 });
        usage();
        heard.insert(heard.end(), world.portal.asked.heard.begin(), world.portal.asked.heard.end());
    }
    EXPECT_TRUE(world.outbox().empty());
    EXPECT_EQ(std::set<std::string>(heard.begin(), heard.end()).size(), heard.size());
    for (const auto month : { november, december })
        for (const auto& [who, seconds] : jobs.truth(month)) {
            const auto resource = numbered('b', who.first == Name { "brics.p1" } ? 1 : 2);
            const FigureKey key { resource, month, "node", who.second.text() };
            ASSERT_TRUE(world.portal.received.contains(key));
            EXPECT_EQ(world.portal.received.at(key), hours(seconds));
        }
    EXPECT_EQ(heard.size(), 8U); // of two projects and two months, the total and the one who used it
    oracle.after_recovery();
    EXPECT_FALSE(world.verdict.first()) << world.verdict.first()->text;
}

} // namespace
} // namespace site::simulation
