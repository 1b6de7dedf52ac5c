#include "model/decimal.hpp"
#include "model/identifier.hpp"
#include "model/node_shape.hpp"
#include "model/rational.hpp"
#include "model/time.hpp"
#include "model/tres.hpp"
#include "model/uuid.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

TEST(Uuid, IsTheSameInBothSpellings)
{
    const auto plain = Uuid::parse("5e771465000040008000000000000001");
    const auto dashed = Uuid::parse("5E771465-0000-4000-8000-000000000001");
    ASSERT_TRUE(plain && dashed);
    EXPECT_EQ(*plain, *dashed);
    EXPECT_EQ(dashed->text(), "5e771465000040008000000000000001");
}

TEST(Uuid, RefusesEverythingElse)
{
    for (const auto* text : { "", "5e77", "5e77146500004000800000000000000g",
             "5e7714650-000-4000-8000-000000000001", "5e771465-0000-4000-8000-0000000000011" })
        EXPECT_FALSE(Uuid::parse(text)) << text;
}

TEST(Identifier, TakesTheStrictFormOnly)
{
    ASSERT_TRUE(ProjectIdentifier::parse("climate.brics"));
    EXPECT_EQ(ProjectIdentifier::parse("climate.brics")->portal, "brics");
    EXPECT_EQ(UserIdentifier::parse("mia.climate.brics")->text(), "mia.climate.brics");
    EXPECT_EQ(ProjectIdentifier::parse("Proj-1_x.brics")->project, "Proj-1_x");
    for (const auto* text :
        { "climate", "a.b.c", ".brics", "climate.", "", " climate.brics", "cli mate.brics", "-x.brics",
            "a/b.brics", "a:b.brics", "a=b.brics", "a,b.brics", "\xc3\xa9.brics", "a\n.brics", "1a.brics" })
        EXPECT_FALSE(ProjectIdentifier::parse(text)) << text;
    for (const auto* text : { "mia.climate", "mia..brics", "m.i.a.x", "mia lee.climate.brics" })
        EXPECT_FALSE(UserIdentifier::parse(text)) << text;
    EXPECT_FALSE(ProjectIdentifier::parse(std::string(65, 'a') + ".brics"));
}

TEST(Identifier, NamesThePartAndTheCharacter)
{
    EXPECT_EQ(ProjectIdentifier::parse("cli/mate.brics").error().text,
        "identifier \"cli/mate.brics\": part \"cli/mate\" contains \"/\"");
}

TEST(LocalName, IsWhatMayReachACommand)
{
    for (const auto* name : { "mia", "_svc", "mia.climate", "a-b_c.1", "brics.climate" })
        EXPECT_TRUE(check_local_name(name)) << name;
    for (const auto* name : { "", "Mia", "-p", "1a", ".a", "a b", "a:b", "a|b", "a/b", "a\tb", "root\n",
             "project-with-a-very-long-name-2026-hpc01" })
        EXPECT_FALSE(check_local_name(name)) << name;
}

TEST(Time, ReadsInstantsWithAnOffsetOnly)
{
    EXPECT_EQ(text(*parse_instant("2026-08-12T13:30:00+03:00")), "2026-08-12T10:30:00Z");
    EXPECT_EQ(text(*parse_instant("2026-08-12T10:30:00.123456789Z")), "2026-08-12T10:30:00Z");
    for (const auto* bad : { "2026-08-12T10:30:00", "2026-08-12", "2026-02-30T00:00:00Z",
             "2026-08-12T25:00:00Z", "2026-08-12T10:30:00.Z", "2026-08-12T10:30:00+3", "" })
        EXPECT_FALSE(parse_instant(bad)) << bad;
}

TEST(Time, RefusesInstantsWhoseTextCouldNotBeRead)
{
    EXPECT_EQ(text(*parse_instant("1970-01-01T01:00:00+01:00")), "1970-01-01T00:00:00Z");
    EXPECT_EQ(text(*parse_instant("9999-12-31T22:59:59-01:00")), "9999-12-31T23:59:59Z");
    for (const auto* bad :
        { "1970-01-01T00:59:59+01:00", "9999-12-31T23:00:00-01:00", "9999-12-31T23:59:60Z" })
        EXPECT_FALSE(parse_instant(bad)) << bad;
}

TEST(Time, TurnsTheMonthInThePortalsZone)
{
    const auto late = *parse_instant("2026-07-31T21:25:00Z");
    EXPECT_EQ(text(month_of(late)), "2026-07");
    EXPECT_EQ(text(month_of(late, Seconds { 3 * 3600 })), "2026-08");
    EXPECT_EQ(text(start_of(*parse_month("2026-08"), Seconds { 3 * 3600 })), "2026-07-31T21:00:00Z");
}

TEST(Time, RefusesDatesThatAreNone)
{
    EXPECT_TRUE(parse_day("2028-02-29"));
    for (const auto* bad : { "2026-02-29", "2026-3-5", "2026-00-01", "1969-12-31", "2026-01-011" })
        EXPECT_FALSE(parse_day(bad)) << bad;
    EXPECT_FALSE(parse_month("2026-13"));
}

TEST(Tres, CountsGpusOnce)
{
    EXPECT_EQ(parse_tres("billing=64,cpu=16,gres/gpu:a100=2,gres/gpu=2,mem=128G,node=1")->gpu, 2U);
    EXPECT_EQ(parse_tres("billing=64,cpu=16,gres/gpu:h100=4,mem=128G,node=1")->gpu, 4U);
    EXPECT_EQ(parse_tres("cpu=16,gres/gpu:a100=2,gres/gpu:v100=1,gres/gpu=3")->gpu, 3U);
    EXPECT_EQ(parse_tres("cpu=16,gres/gpu=1,gres/shard=4,gres/gpumem=1G,gres/gpuutil=50")->gpu, 1U);
}

TEST(Tres, KeepsTheFurtherCountsThatAreAskedFor)
{
    const std::vector<std::string> extra { "license/x", "gres/shard" };
    const auto tres = parse_tres("cpu=1,gres/shard=4,license/x=2,license/y=9", extra);
    ASSERT_TRUE(tres) << tres.error().text;
    EXPECT_EQ(tres->extra[0], 2U);
    EXPECT_EQ(tres->extra[1], 4U);
    EXPECT_FALSE(parse_tres("cpu=1,gres/shard=four", extra));
}

TEST(Tres, OneThatSlurmDoesNotHaveIsNotPassedOver)
{
    EXPECT_TRUE(parse_tres("cpu=1,energy=5,fs/disk=1G,vmem=2,pages=3,bb/datawarp=1,ic/ofed=1"));
    EXPECT_FALSE(parse_tres("cpu=1,frobs=2"));
    EXPECT_FALSE(parse_tres("cpu=1,gres/=2"));
}

TEST(Tres, ReadsMemoryInEveryUnit)
{
    EXPECT_EQ(*parse_megabytes("62.50G"), 64000U);
    EXPECT_EQ(*parse_megabytes("200M"), 200U);
    EXPECT_EQ(*parse_megabytes("1T"), 1048576U);
    EXPECT_EQ(*parse_megabytes("2048K"), 2U);
    EXPECT_EQ(*parse_megabytes("3000"), 3000U);
    for (const auto* bad : { "", "G", "1.G", "1X", "-1M", "1e3M", "99999999999999999999M" })
        EXPECT_FALSE(parse_megabytes(bad)) << bad;
}

TEST(Tres, RefusesWhatIsNotNameAndCount)
{
    EXPECT_EQ(*parse_tres(""), Tres {});
    for (const auto* bad : { "cpu", "=1", "cpu=", "cpu=x", "cpu=-1", "mem=1Q", "energy=", "cpu=1;mem=2" })
        EXPECT_FALSE(parse_tres(bad)) << bad;
}

TEST(NodeShape, TakesTheLargestShare)
{
    const NodeShape shape { 128, 4, 524288, 0 };
    const auto share = largest_share({ .cpu = 32, .gpu = 2, .memory = 65536 }, shape);
    EXPECT_EQ(share.numerator * 2, share.denominator);
    EXPECT_EQ(largest_share({ .cpu = 32 }, NodeShape {}).numerator, 0U);
}

TEST(Decimal, RoundsHalfUpOnce)
{
    EXPECT_EQ(to_decimal(Rational(12346666666, 1000000000)).text(), "12.35");
    EXPECT_EQ(to_decimal(Rational(4, 1000)).text(), "0.00");
    EXPECT_EQ(to_decimal(Rational(5, 1000)).text(), "0.01");
    EXPECT_EQ(to_decimal(Rational(1)).text(), "1.00");
}

TEST(Decimal, ReadsNumbersOfAnyPrecision)
{
    EXPECT_EQ(Decimal::parse("12.5")->text(), "12.50");
    EXPECT_EQ(Decimal::parse("12")->text(), "12.00");
    EXPECT_EQ(Decimal::parse("-0.05")->text(), "-0.05");
    EXPECT_EQ(Decimal::parse("1.005")->text(), "1.01");
    for (const auto* bad : { "", "1e3", "12,35", "1.", "x", "--1", "12345678901234567" })
        EXPECT_FALSE(Decimal::parse(bad)) << bad;
}

} // namespace
} // namespace site
