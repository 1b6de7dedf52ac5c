#include "store/portal_memory.hpp"

#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <limits>

namespace site {
namespace {

using namespace test;

KnownAllocation allocation(unsigned number)
{
    const auto name = "p" + std::to_string(number);
    return { .uuid = uuid(number),
        .resource = uuid(number + 1000),
        .name = "Project " + name,
        .identifier = name + ".brics",
        .group = Name("brics." + name),
        .customer = Name("uob"),
        .customer_name = "Universität",
        .members
        = { { .association = uuid(2000), .user = Name("anna"), .identifier = "anna." + name + ".brics" },
            { .association = uuid(2001), .user = Name("mia"), .identifier = "mia." + name + ".brics" } } };
}

class PortalMemoryTest : public testing::Test {
protected:
    /// The number of rows that it wrote.
    int save(const Known& before, const Known& after)
    {
        int rows = 0;
        commit(*database_, [&](Transaction& transaction) {
            const int start = transaction.sql().getTotalChanges();
            memory_.save(transaction, c1, before, after);
            rows = transaction.sql().getTotalChanges() - start;
        });
        return rows;
    }
    std::unique_ptr<Database> database_ = memory();
    PortalMemory memory_ { *database_ };
};

TEST_F(PortalMemoryTest, GivesBackWhatWasSaved)
{
    Known known { { uuid(1), allocation(1) }, { uuid(2), allocation(2) } };
    known[uuid(2)].gone = at(5);
    known[uuid(2)].blocked = at(6);
    known[uuid(1)].members[1].gone = at(7);
    save({}, known);
    EXPECT_EQ(memory_.known(c1).value(), known);
    EXPECT_EQ(memory_.known(Name("c2")).value(), Known {});
}

TEST_F(PortalMemoryTest, RemembersWhoIsNoLongerKnown)
{
    const Known before { { uuid(1), allocation(1) }, { uuid(2), allocation(2) } };
    save({}, before);
    EXPECT_EQ(memory_.remembered(c1).value(), before);
    auto after = before;
    after.erase(uuid(2));
    after[uuid(1)].members.erase(after[uuid(1)].members.begin());
    save(before, after);
    EXPECT_EQ(memory_.known(c1).value(), after);

    const auto found = memory_.remembered(c1).value();
    ASSERT_EQ(found.size(), 2U);
    const auto& left = found.at(uuid(1)).members;
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left[0].user, Name("anna"));
    EXPECT_EQ(left[0].identifier, "anna.p1.brics");
    EXPECT_TRUE(left[0].gone);
    EXPECT_FALSE(left[1].gone);
    const auto& over = found.at(uuid(2));
    EXPECT_EQ(over.identifier, "p2.brics");
    EXPECT_EQ(over.group, Name("brics.p2"));
    EXPECT_TRUE(over.gone);
    EXPECT_EQ(over.members.size(), 2U);
}

TEST_F(PortalMemoryTest, AMemberOfWhatNeverWasAProjectIsForgotten)
{
    Known before { { uuid(1), allocation(1) } };
    before[uuid(1)].identifier.clear();
    save({}, before);
    auto after = before;
    after[uuid(1)].members.clear();
    save(before, after);
    save(after, {});
    EXPECT_EQ(memory_.remembered(c1).value(), Known {});
}

TEST_F(PortalMemoryTest, WhoComesBackIsKnownAgain)
{
    const Known before { { uuid(1), allocation(1) } };
    save({}, before);
    save(before, {});
    save({}, before);
    EXPECT_EQ(memory_.remembered(c1).value(), before);
}

TEST_F(PortalMemoryTest, WritesOnlyTheRowsThatDiffer)
{
    const Known before { { uuid(1), allocation(1) }, { uuid(2), allocation(2) } };
    EXPECT_EQ(save({}, before), 6);
    EXPECT_EQ(save(before, before), 0);

    auto after = before;
    after[uuid(1)].members[0].gone = at(9); // one member
    EXPECT_EQ(save(before, after), 1);
    EXPECT_EQ(memory_.known(c1).value(), after);

    auto renamed = after;
    renamed[uuid(2)].name = "New";
    EXPECT_EQ(save(after, renamed), 1);
    EXPECT_EQ(memory_.known(c1).value(), renamed);
}

TEST_F(PortalMemoryTest, FollowsMembersThatComeAndGo)
{
    const Known before { { uuid(1), allocation(1) } };
    save({}, before);
    auto after = before;
    auto& members = after[uuid(1)].members;
    members.erase(members.begin());
    members.insert(members.begin(), { .association = uuid(7), .user = Name("aaron"), .identifier = "a" });
    members.push_back({ .association = uuid(8), .user = Name("zoe"), .identifier = "z" });
    EXPECT_EQ(save(before, after), 4);
    EXPECT_EQ(memory_.known(c1).value(), after);
}

TEST_F(PortalMemoryTest, DropsAnAllocationWithItsMembers)
{
    const Known before { { uuid(1), allocation(1) }, { uuid(2), allocation(2) } };
    save({}, before);
    const Known after { { uuid(2), allocation(2) } };
    save(before, after);
    EXPECT_EQ(memory_.known(c1).value(), after);
    commit(*database_, [](Transaction& transaction) {
        EXPECT_EQ(transaction.sql().execAndGet("SELECT count(*) FROM known_member").getInt(), 2);
    });
}

TEST_F(PortalMemoryTest, KeepsTheLastSnapshotAndRenewsItsTimeAlone)
{
    EXPECT_FALSE(memory_.snapshot(c1).value());
    commit(*database_, [&](Transaction& transaction) {
        memory_.save_snapshot(transaction, c1, at(1), "{}");
        memory_.save_snapshot(transaction, c1, at(2), "");
    });
    const auto found = memory_.snapshot(c1).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->text, "{}");
    EXPECT_EQ(found->taken, at(2));
}

TEST_F(PortalMemoryTest, ReplacesAllResourcesOfTheCluster)
{
    const ResourceRow paused { .uuid = uuid(1), .state = "OK", .paused = true };
    const ResourceRow erred {
        .uuid = uuid(2), .state = "Erred", .downscaled = true, .restrict_member_access = true
    };
    commit(*database_, [&](Transaction& transaction) {
        memory_.save_resources(transaction, Name("c2"), { paused });
        memory_.save_resources(transaction, c1, { paused });
        memory_.save_resources(transaction, c1, { erred });
    });
    EXPECT_EQ(memory_.resources(c1).value(), (std::map<Uuid, ResourceRow> { { uuid(2), erred } }));
    EXPECT_EQ(memory_.resources(Name("c2")).value(), (std::map<Uuid, ResourceRow> { { uuid(1), paused } }));
}

TEST_F(PortalMemoryTest, TheLimitsOfAResourceAreThoseOfTheLastReading)
{
    const auto save = [&](Name cluster, const std::vector<ResourceRow>& rows) {
        commit(*database_,
            [&](Transaction& transaction) { memory_.save_resources(transaction, cluster, rows); });
    };
    const auto limits = [&](Name cluster) {
        std::map<Uuid, std::map<std::string, std::uint64_t>> found;
        for (const auto& [uuid, row] : memory_.resources(cluster).value())
            found[uuid] = row.limits;
        return found;
    };
    using Limits = std::map<Uuid, std::map<std::string, std::uint64_t>>;
    save(c1,
        { { .uuid = uuid(1), .state = "OK", .limits = { { "storage", 500 }, { "gpu", 0 } } },
            { .uuid = uuid(2), .state = "OK", .limits = { { "storage", 9 } } } });
    save(Name("c2"), { { .uuid = uuid(1), .state = "OK", .limits = { { "storage", 7 } } } });
    EXPECT_EQ(limits(c1),
        (Limits { { uuid(1), { { "gpu", 0 }, { "storage", 500 } } }, { uuid(2), { { "storage", 9 } } } }));
    save(c1,
        { { .uuid = uuid(1), .state = "OK", .limits = { { "storage", 600 } } },
            { .uuid = uuid(3), .state = "OK" } });
    EXPECT_EQ(limits(c1), (Limits { { uuid(1), { { "storage", 600 } } }, { uuid(3), {} } }));
    EXPECT_EQ(limits(Name("c2")), (Limits { { uuid(1), { { "storage", 7 } } } }));
}

TEST_F(PortalMemoryTest, ALimitBeyondWhatTheFileHoldsIsKeptAsItsMost)
{
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    commit(*database_, [&](Transaction& transaction) {
        memory_.save_resources(transaction, c1,
            { { .uuid = uuid(1),
                .state = "OK",
                .limits = { { "storage", std::numeric_limits<std::uint64_t>::max() } } } });
    });
    EXPECT_EQ(memory_.resources(c1).value().at(uuid(1)).limits.at("storage"), std::uint64_t { most });
}

} // namespace
} // namespace site
