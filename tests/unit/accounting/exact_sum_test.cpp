#include "accounting/exact_sum.hpp"

#include <gtest/gtest.h>

#include <random>

namespace site {
namespace {

using Integer = boost::multiprecision::cpp_int;

TEST(ExactSum, OfNothingIsZero)
{
    EXPECT_EQ(ExactSum {}.rounded(), 0U);
    EXPECT_EQ(ExactSum {}.exact(), 0);
}

TEST(ExactSum, RoundsAHalfUpAndLessDown)
{
    const auto rounded = [](std::uint64_t numerator, std::uint64_t denominator) {
        ExactSum sum;
        sum.add(Fraction::reduced(numerator, denominator), 1);
        return sum.rounded();
    };
    EXPECT_EQ(rounded(1, 2), 1U);
    EXPECT_EQ(rounded(499'999, 1'000'000), 0U);
    EXPECT_EQ(rounded(5, 2), 3U);
    EXPECT_EQ(rounded(7, 3), 2U);
}

TEST(ExactSum, FindsAHalfThatNoCutSumCouldSee)
{
    // 1/3 + 1/6 is a half exactly; cut at any binary place it is a little less
    ExactSum sum;
    sum.add({ 1, 3 }, 1);
    sum.add({ 1, 6 }, 1);
    EXPECT_EQ(sum.exact(), Rational(1, 2));
    EXPECT_EQ(sum.rounded(), 1U);
}

TEST(ExactSum, RoundsOnceHoweverManyPieces)
{
    ExactSum sum;
    for (int i = 0; i < 1000; ++i)
        sum.add({ 1, 3 }, 1);
    EXPECT_EQ(sum.rounded(), 333U);
}

TEST(ExactSum, EqualsTheSumOfRationalsForAnyTerms)
{
    std::mt19937_64 random(20261031);
    for (int round = 0; round < 200; ++round) {
        ExactSum sum;
        Rational expected;
        for (int i = 0; i < 30; ++i) {
            const auto wall = 1 + random() % 5000;
            const auto seconds = random() % 86400;
            const auto count = random() % (1ULL << (random() % 41));
            const auto parts = 1 + random() % 256;
            sum.add(Fraction::reduced(Wide { seconds }, wall), count, parts);
            expected += Rational(Integer(seconds) * count, Integer(wall) * parts);
        }
        ASSERT_EQ(sum.exact(), expected);
        ASSERT_EQ(sum.rounded(), rounded(expected));
    }
}

TEST(ExactSum, StaysExactWhereWholeNumbersRunOver)
{
    constexpr auto most = UINT64_MAX;
    ExactSum sum;
    Rational expected;
    for (int i = 0; i < 3; ++i) {
        sum.add({ Wide { most } * most, most - 1 }, most, most - 2); // neither product fits
        sum.add({ Wide { most } * most, 1 }, 1); // the sum runs over at the second time
        expected += Rational(Integer(most) * most * most, Integer(most - 1) * (most - 2));
        expected += Rational(Integer(most) * most, 1);
    }
    EXPECT_EQ(sum.exact(), expected);
}

} // namespace
} // namespace site
