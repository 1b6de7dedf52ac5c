#include "slurm/listing.hpp"

#include "recorded.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

const Name cluster("sandbox");

Interest interest(std::vector<Name> names, bool removals = false)
{
    std::sort(names.begin(), names.end());
    return { std::move(names), removals };
}

std::string rows(std::string_view more)
{
    return "root||||1|||||normal|\nroot|root|||1|||||normal|\n" + std::string(more);
}

std::string read(std::string_view more, const SlurmSettings& settings = {})
{
    const auto listing = parse_listing(rows(more), cluster, interest({ Name("a"), Name("b") }), settings);
    return listing ? shown(listing->records) : listing.error().text;
}

TEST(TreeListing, ReadsWhatSlurmPrints)
{
    const auto all = interest({ Name("brics.climate"), Name("brics.ocean"), Name("nosuch") });
    auto listing = parse_listing(recorded("associations").text, cluster, all, {});
    ASSERT_TRUE(listing) << listing.error().text;
    SlurmFacts facts;
    ASSERT_TRUE(add_accounts(recorded("accounts").text, cluster, all, listing->records, facts));
    EXPECT_EQ(shown(listing->records), R"(account sandbox/brics.climate
  parent=root
  description=project climate.brics
  organization=site-agent
account sandbox/brics.ocean
  parent=root
  GrpTRESMins/cpu=1000
  GrpTRESMins/gres/gpu=20
  GrpTRESMins/mem=2000000
  description=project ocean.brics
  organization=site-agent
association sandbox/brics.climate/u001
association sandbox/brics.climate/u002
  MaxSubmitJobs=0
association sandbox/brics.ocean/u001
association sandbox/brics.ocean/u003 in main
)");
    EXPECT_TRUE(facts.elsewhere.empty());
}

TEST(TreeListing, TakesTheAccountsLimitOnAUsersRowForUnset)
{
    EXPECT_EQ(read("a|||root|1||||50|normal|\na|u1|||1||||50|normal|\na|u2|||1||||7|normal|\n"),
        "account sandbox/a\n  parent=root\nassociation sandbox/a/u1\nassociation sandbox/a/u2\n"
        "  MaxSubmitJobs=7\n");
}

TEST(TreeListing, KeepsAZeroThatTheAccountHasToo)
{
    EXPECT_EQ(read("a|||root|1||||0|normal|\na|u1|||1||||0|normal|\n"),
        "account sandbox/a\n  parent=root\nassociation sandbox/a/u1\n  MaxSubmitJobs=0\n");
}

TEST(TreeListing, FindsTheAccountsLimitAlsoAfterASubAccountsRows)
{
    EXPECT_EQ(read("a|||root|1||||50|normal|\nb|||a|1||||50|normal|\nb|u1|||1||||50|normal|\n"
                   "a|u1|||1||||50|normal|\n"),
        "account sandbox/a\n  parent=root\naccount sandbox/b\n  parent=a\nassociation sandbox/a/u1\n"
        "association sandbox/b/u1\n");
}

TEST(TreeListing, TakesInheritedQosAndSlurmsOwnFairShareForUnset)
{
    EXPECT_EQ(read("a|||root|1|||||normal|\nb|||root|4|||||normal,low|low\n"),
        "account sandbox/a\n  parent=root\naccount sandbox/b\n  parent=root\n  fairshare=4\n"
        "  QOS=low,normal\n  DefaultQOS=low\n");
}

TEST(TreeListing, TakesAnInheritedValueThatIsAskedForAsItIs)
{
    SlurmSettings settings;
    settings.qos = { "normal" };
    settings.fairshare = 1;
    EXPECT_EQ(read("a|||root|1|||||normal|\n", settings),
        "account sandbox/a\n  parent=root\n  fairshare=1\n  QOS=normal\n");
}

TEST(TreeListing, ReadsAFairShareThatIsAWord)
{
    EXPECT_EQ(
        read("a|||root|parent|||||normal|\n"), "account sandbox/a\n  parent=root\n  fairshare=parent\n");
}

TEST(TreeListing, ReadsMemoryCapsInEveryUnit)
{
    EXPECT_EQ(read("a|||root|1|||mem=2G,node=3||normal|\nb|||root|1|||mem=1000||normal|\n"),
        "account sandbox/a\n  parent=root\n  GrpTRESMins/mem=2048\naccount sandbox/b\n  parent=root\n"
        "  GrpTRESMins/mem=1000\n");
}

TEST(TreeListing, IsAnErrorWithoutRootsAssociation)
{
    const auto listing = parse_listing("a|||root|1|||||normal|\n", cluster, interest({ Name("a") }), {});
    ASSERT_FALSE(listing);
    EXPECT_EQ(listing.error().code, Errc::unreachable);
    EXPECT_FALSE(parse_listing("", cluster, interest({}), {}));
}

TEST(TreeListing, IsAnErrorWhenALineIsNotUnderstood)
{
    EXPECT_THAT(read("a|||root|1|||cpu=x||normal|\n"), HasSubstr("cpu=x"));
    EXPECT_THAT(read("a|||root|1|||||normal\n"), HasSubstr("not understood"));
    EXPECT_THAT(read("a|||root|1|||||normal|\na|||root|1|||||normal|\n"), HasSubstr("listed twice"));
}

TEST(TreeListing, RemembersAccountsThatAreOnAnotherClusterOnly)
{
    std::vector<Record> none;
    SlurmFacts facts;
    const auto wanted = interest({ Name("legacy"), Name("nosuch") });
    ASSERT_TRUE(add_accounts(recorded("accounts").text, cluster, wanted, none, facts));
    EXPECT_THAT(facts.elsewhere, UnorderedElementsAre(Pair(Name("legacy"), "physics")));
}

TEST(TreeListing, IsAnErrorWithoutTheAccountRoot)
{
    std::vector<Record> none;
    SlurmFacts facts;
    EXPECT_FALSE(add_accounts("", cluster, interest({}), none, facts));
    EXPECT_FALSE(add_accounts("no separator\n", cluster, interest({}), none, facts));
}

TEST(TreeListing, KnowsEveryAccountOfItsUsersWhenSomethingMayGo)
{
    auto listing = parse_listing(
        recorded("associations").text, cluster, interest({ Name("brics.climate") }, true), {});
    ASSERT_TRUE(listing);
    ASSERT_TRUE(add_defaults(recorded("defaults").text, listing->users));
    ASSERT_EQ(listing->users.size(), 2U);
    const auto& user = listing->users.at(Name("u002"));
    EXPECT_EQ(user.default_account, Name("brics.climate"));
    EXPECT_THAT(
        user.rows, ElementsAre(Pair(Name("brics.climate"), Name("")), Pair(Name("legacy"), Name(""))));
}

TEST(TreeListing, ReadsAListingOfFiftyThousandRows)
{
    std::string text = rows("");
    std::vector<Name> names;
    for (int account = 0; account < 1000; ++account) {
        const auto name = "a" + std::to_string(account);
        names.emplace_back(name);
        text += name + "|||root|1|||||normal|\n";
        for (int user = 0; user < 50; ++user)
            text += name + "|u" + std::to_string(account * 50 + user) + "|||1|||||normal|\n";
    }
    const auto listing = parse_listing(text, cluster, interest(names), {});
    ASSERT_TRUE(listing);
    EXPECT_EQ(listing->records.size(), 51'000U);
    // An association without values of its own costs no allocation beside its place in the list.
    EXPECT_EQ(listing->records.back().fields.capacity(), 0U);
}

} // namespace
} // namespace site
