#include "core/settle.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

const Key key { Kind::account, Name { "c1" }, Name { "a" } };
const Name owner { "owner" };
const Name qos { "DefaultQOS" };

Change creation()
{
    return { Action::create, Effect::gives, key,
        { { owner, {}, Name { "site-agent" } }, { qos, {}, Name { "low" } } } };
}

TEST(Settle, IsDoneWhenTheSiteShowsEveryField)
{
    const Record record { key, { { owner, Name { "site-agent" } }, { qos, Name { "low" } } } };
    EXPECT_EQ(settled(creation(), &record).outcome, Outcome::done);
}

TEST(Settle, OwnsTheRecordAndWhatHoldsOfItWhenAFieldWasSilentlyLeftOut)
{
    const Record record { key, { { owner, Name { "site-agent" } } } };
    const auto answer = settled(creation(), &record);
    EXPECT_EQ(answer.outcome, Outcome::failed);
    EXPECT_EQ(answer.said, "DefaultQOS is unset, not low");
    ASSERT_TRUE(answer.booked);
    ASSERT_EQ(answer.booked->fields.size(), 1U);
    EXPECT_EQ(answer.booked->fields[0].field, owner);
}

TEST(Settle, DoesNotOwnARecordThatSomebodyElseMadeMeanwhile)
{
    const Record record { key, { { owner, Name { "admin" } }, { qos, Name { "high" } } } };
    EXPECT_FALSE(settled(creation(), &record).booked);
}

TEST(Settle, TakesARemovalForDoneOnlyWhenNothingIsThere)
{
    const Change removal { Action::remove, Effect::takes_away, key };
    const Record record { key };
    EXPECT_EQ(settled(removal, nullptr).outcome, Outcome::done);
    EXPECT_EQ(settled(removal, &record).outcome, Outcome::failed);
}

} // namespace
} // namespace site
