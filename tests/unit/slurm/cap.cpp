#include "slurm/cap.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>
#include <limits>

namespace site {
namespace {

using namespace test;

class Cap : public testing::Test {
protected:
    Cap()
    {
        facts.config = SlurmConfig {};
        facts.config->enforce = { "associations", "limits", "safe" };
        facts.config->tres = { "cpu", "mem", "gres/gpu", "billing" };
        facts.standard_node = { .cpus = 16, .gpus = 2, .memory = 64'000 };
        facts.accumulated = Accumulated { { Name("a"), { .cpu = 1000, .gpu = 10, .memory = 5 } } };
        record.key = account("a");
        allocation.limit = 36'000; // ten node-hours
        allocation.spent = Spent { .node_seconds = 3'600 };
    }

    std::string made()
    {
        const auto out = caps(allocation,
            { settings, facts, &record, &owned, std::chrono::year(2026) / std::chrono::November });
        Record shell { .key = account("a"), .fields = out.fields };
        return shown(std::vector { shell }) + out.problem;
    }

    void stands(Name field, std::int64_t value, std::string_view basis)
    {
        record.fields.push_back({ field, Value(value) });
        owned.fields.push_back({ field, Value(value), {}, Name(basis) });
    }

    SlurmSettings settings;
    SlurmFacts facts;
    Record record;
    Owned owned;
    Allocation allocation = project("a");
};

TEST_F(Cap, IsWhatWasCountedAndWhatIsLeftOfTheMonth)
{
    // Nine node-hours are left: 540 minutes of 16 cpus, 64,000 MB and 2 gpus.
    EXPECT_EQ(made(), R"(account sandbox/a
  GrpTRESMins/cpu=9640 basis 36000@2026-11
  GrpTRESMins/mem=34560005 basis 36000@2026-11
  GrpTRESMins/gres/gpu=1090 basis 36000@2026-11
)");
}

TEST_F(Cap, IsBillingAloneWhereANodesBillingIsAConstant)
{
    facts.config->priority_flags = { "MAX_TRES" };
    facts.standard_node.billing = 1000;
    facts.accumulated = Accumulated { { Name("a"), { .billing = 7 } } };
    EXPECT_EQ(made(), "account sandbox/a\n  GrpTRESMins/billing=540007 basis 36000@2026-11\n");
}

TEST_F(Cap, LeavesOutATresThatSlurmDoesNotTrack)
{
    facts.config->tres = { "cpu", "mem" };
    EXPECT_EQ(made().find("gpu"), std::string::npos);
}

TEST_F(Cap, IsRoundedUpToWholeMinutes)
{
    EXPECT_EQ(tres_minutes(1, 1), 1);
    EXPECT_EQ(tres_minutes(60, 1), 1);
    EXPECT_EQ(tres_minutes(61, 1), 2);
    EXPECT_EQ(tres_minutes(0, 16), 0);
    EXPECT_EQ(tres_minutes(std::numeric_limits<std::uint64_t>::max(), 1'000'000), std::nullopt);
}

TEST_F(Cap, IsNotWrittenWithoutSafeAndOneOfOursIsNotAskedFor)
{
    stands(fields().cap_cpu, 500, "36000@2026-11");
    facts.config->enforce = { "associations", "limits" };
    EXPECT_EQ(made(), "account sandbox/a\n");
}

TEST_F(Cap, IsWrittenWithoutSafeWhereJobsMayBeKilled)
{
    facts.config->enforce = { "associations", "limits" };
    settings.on_exhausted = OnExhausted::kill;
    EXPECT_NE(made().find("GrpTRESMins/cpu=9640"), std::string::npos);
}

TEST_F(Cap, StaysAsItIsWhileAFigureIsMissing)
{
    stands(fields().cap_cpu, 500, "36000@2026-11");
    const std::string kept = "account sandbox/a\n  GrpTRESMins/cpu=500 basis 36000@2026-11\n";
    const auto whole = allocation;
    allocation.spent.reset();
    EXPECT_EQ(made(), kept);
    allocation = whole;
    allocation.limit.reset();
    EXPECT_EQ(made(), kept);
    allocation = whole;
    facts.accumulated.reset();
    EXPECT_EQ(made(), kept);
    facts.accumulated = Accumulated {};
    EXPECT_EQ(made(), kept);
    facts.config.reset();
    EXPECT_EQ(made(), kept);
}

TEST_F(Cap, LeavesAForeignCapOutWhileAFigureIsMissing)
{
    record.fields.push_back({ fields().cap_cpu, Value(500) });
    allocation.limit.reset();
    EXPECT_EQ(made(), "account sandbox/a\n");
}

TEST_F(Cap, StaysWithinTheTolerance)
{
    settings.cap_tolerance = 10; // 96 of 9600 cpu-minutes
    stands(fields().cap_cpu, 9640 - 96, "36000@2026-11");
    EXPECT_NE(made().find("GrpTRESMins/cpu=9544"), std::string::npos);
    record.fields[0].value = Value(9640 - 97);
    EXPECT_NE(made().find("GrpTRESMins/cpu=9640"), std::string::npos);
}

TEST_F(Cap, IsAllowedToBeOffByAMinute)
{
    settings.cap_tolerance = 0;
    stands(fields().cap_cpu, 9639, "36000@2026-11");
    EXPECT_NE(made().find("GrpTRESMins/cpu=9639"), std::string::npos);
}

TEST_F(Cap, IsRewrittenWhenTheLimitOrTheMonthIsAnother)
{
    stands(fields().cap_cpu, 9639, "36000@2026-10");
    EXPECT_NE(made().find("GrpTRESMins/cpu=9640 basis 36000@2026-11"), std::string::npos);
}

TEST_F(Cap, IsRewrittenWhenSlurmsCountFell)
{
    stands(fields().cap_cpu, 9640, "36000@2026-11");
    facts.accumulated = Accumulated { { Name("a"), { .cpu = 0 } } };
    EXPECT_NE(made().find("GrpTRESMins/cpu=8640"), std::string::npos);
}

TEST_F(Cap, IsRewrittenWhenSomebodyTookItAway)
{
    owned.fields.push_back({ fields().cap_cpu, Value(9640), {}, Name("36000@2026-11") });
    EXPECT_NE(made().find("GrpTRESMins/cpu=9640"), std::string::npos);
}

TEST_F(Cap, OfASpentMonthIsWhatWasCounted)
{
    allocation.spent->node_seconds = 99'999;
    EXPECT_NE(made().find("GrpTRESMins/cpu=1000 "), std::string::npos);
}

TEST_F(Cap, TooLargeForSlurmStaysAsItIsAndIsReported)
{
    allocation.limit = std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(made(), "account sandbox/a\nthe limit is larger than Slurm can hold");
    allocation.limit = 36'000;
    facts.accumulated = Accumulated { { Name("a"), { .cpu = std::numeric_limits<std::uint64_t>::max() } } };
    EXPECT_EQ(made(), "account sandbox/a\nthe limit is larger than Slurm can hold");
}

TEST_F(Cap, OfAnUnknownNodeStaysAsItIsAndIsReported)
{
    facts.standard_node = {};
    EXPECT_EQ(made(), "account sandbox/a\nthe shape of a node is not known");
}

TEST_F(Cap, OfAGoneAllocationStaysAsItIs)
{
    stands(fields().cap_cpu, 500, "1@2026-10");
    allocation.standing = Standing::revoked;
    EXPECT_EQ(made(), "account sandbox/a\n  GrpTRESMins/cpu=500 basis 1@2026-10\n");
}

} // namespace
} // namespace site
