#include "store/notes.hpp"

#include "unit/store/store_fixture.hpp"

namespace site {
namespace {

using namespace test;

TEST(Notes, KeepTheNewestOfEachTopic)
{
    const auto database = memory();
    Notes notes(*database);
    commit(*database, [&](Transaction& transaction) {
        notes.put(transaction, "cycle", "{\"n\":1}", at(10));
        notes.put(transaction, "plan", "{}", at(11));
        notes.put(transaction, "cycle", "{\"n\":2}", at(20));
    });
    const auto found = notes.note("cycle").value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->text, "{\"n\":2}");
    EXPECT_EQ(found->at, at(20));
    EXPECT_EQ(notes.note("plan").value()->text, "{}");
}

TEST(Notes, OfAnUnknownTopicAreNone)
{
    const auto database = memory();
    EXPECT_FALSE(Notes(*database).note("cycle").value());
}

} // namespace
} // namespace site
