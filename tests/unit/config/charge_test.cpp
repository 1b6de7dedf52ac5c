#include "config/factor.hpp"
#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_usage(const std::string& usage)
{
    return sample_with("    plugins: [slurm]\n", "    plugins: [slurm]\n    usage:\n" + usage);
}

TEST(Factor, IsAWholeNumberADecimalOrAFraction)
{
    const auto is = [](const char* text, std::uint64_t numerator, std::uint64_t denominator) {
        const auto read = detail::factor(text);
        return read && *read == Factor { numerator, denominator };
    };
    EXPECT_TRUE(is("2", 2, 1));
    EXPECT_TRUE(is("0", 0, 1));
    EXPECT_TRUE(is("0.5", 1, 2));
    EXPECT_TRUE(is("1.125", 9, 8));
    EXPECT_TRUE(is("1/7", 1, 7));
    EXPECT_TRUE(is("4/8", 1, 2));
    for (const auto* bad : { "-1", "1/0", "1/1001", "0.1234", "1.", ".5", "1e3", "x", "1000001", "1/7/2" })
        EXPECT_FALSE(detail::factor(bad)) << bad;
}

TEST(Charge, HasDefaults)
{
    const auto charge = good(with_usage("      per_user: false\n")).clusters.at(0).usage.charge;
    EXPECT_TRUE(charge.requeued && charge.preempted && charge.node_failed);
    EXPECT_FALSE(charge.suspended);
    EXPECT_EQ(charge.minimum, Seconds { 0 });
    EXPECT_EQ(charge.runaway_after, Seconds { 86400 });
    EXPECT_TRUE(charge.gpus.empty() && charge.partitions.empty() && charge.qos.empty());
    EXPECT_EQ(charge.shard, (Factor { 0, 1 }));
}

TEST(Charge, IsReadAndAsksThePluginForItsTres)
{
    const auto config
        = good(with_usage("      components: {licence: {measure: tres, tres: license/x, unit: hours}}\n"
                          "      charge:\n"
                          "        requeued: false\n"
                          "        minimum: 60s\n"
                          "        gpus: [1g.5gb=1/7, h100=2]\n"
                          "        shard: 0.25\n"
                          "        partitions: [old=0.5]\n"
                          "        qos: [urgent=3]\n"));
    const auto& cluster = config.clusters.at(0);
    const auto& charge = cluster.usage.charge;
    EXPECT_FALSE(charge.requeued);
    EXPECT_EQ(charge.minimum, Seconds { 60 });
    EXPECT_EQ(charge.gpus.at("1g.5gb"), (Factor { 1, 7 }));
    EXPECT_EQ(charge.shard, (Factor { 1, 4 }));
    EXPECT_EQ(charge.partitions.at("old"), (Factor { 1, 2 }));
    EXPECT_EQ(charge.qos.at("urgent"), (Factor { 3, 1 }));
    EXPECT_EQ(cluster.slurm->extra_tres, cluster.usage.extra_tres);
    EXPECT_THAT(
        cluster.usage.extra_tres, ElementsAre("gres/gpu:1g.5gb", "gres/gpu:h100", "gres/shard", "license/x"));
}

TEST(Charge, WrongFactorsAreTold)
{
    EXPECT_THAT(problems_of(with_usage("      charge: {gpus: [h100]}\n")),
        ElementsAre(HasSubstr("clusters[0].usage.charge.gpus[0]: \"h100\" is no NAME=FACTOR, allowed")));
    EXPECT_THAT(problems_of(with_usage("      charge: {qos: [a=1/0]}\n")),
        ElementsAre(HasSubstr("is no fraction with 1 to 1000 below")));
    EXPECT_THAT(problems_of(with_usage("      charge: {gpus: [a=1/997, b=1/991, c=1/983]}\n")),
        ElementsAre(HasSubstr("without a common denominator")));
}

TEST(Charge, AMeasureOfTresNamesOneAndNoOtherDoes)
{
    EXPECT_THAT(problems_of(with_usage("      components: {a: {measure: tres, unit: hours}}\n")),
        ElementsAre(HasSubstr("clusters[0].usage.components.a.tres: is missing")));
    EXPECT_THAT(
        problems_of(with_usage("      components: {a: {measure: cpu, tres: license/x, unit: hours}}\n")),
        ElementsAre(HasSubstr("goes with the measure tres alone")));
    EXPECT_THAT(problems_of(with_usage("      components: {a: {measure: tres, tres: frobs, unit: hours}}\n")),
        ElementsAre(HasSubstr("is no TRES that Slurm has")));
    std::string many;
    for (char c = 'a'; c < 'a' + 9; ++c)
        many += std::string(many.empty() ? "" : ", ") + c + ": {measure: tres, tres: license/" + c
            + ", unit: hours}";
    EXPECT_THAT(problems_of(with_usage("      components: {" + many + "}\n")),
        ElementsAre(HasSubstr("needs 9 TRES beside the usual ones, allowed are at most 8")));
}

} // namespace
} // namespace site::test
