#include "exec/question.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace site {
namespace {

using testing::HasSubstr;

const Name cluster { "c1" };
const std::vector<Kind> kinds { Kind::group, Kind::group_member, Kind::account, Kind::association };

Key key(Kind kind, std::string_view name, std::string_view member = {})
{
    return { kind, cluster, Name(name), Name(member) };
}

TEST(ExecQuestion, IsAHeaderALineANameAndAnEnd)
{
    const Interest interest { .names = { Name("brics.x"), Name("brics.y") }, .gids = { 5000, 5999 } };
    EXPECT_EQ(observed_question(cluster, kinds, interest),
        R"({"site_agent":1,"verb":"observed","cluster":"c1","kinds":["group","group_member","account","association"],"gids":{"first":5000,"last":5999}}
{"name":"brics.x"}
{"name":"brics.y"}
{"end":{"lines":3}}
)");
}

TEST(ExecQuestion, HasNoIdsWhereTheAgentGivesNone)
{
    EXPECT_EQ(observed_question(cluster, { Kind::account }, {}),
        R"({"site_agent":1,"verb":"observed","cluster":"c1","kinds":["account"]}
{"end":{"lines":1}}
)");
}

TEST(ExecQuestion, HasAChangeALineWithItsPlaceAsItsId)
{
    const std::vector<Change> changes {
        { .key = key(Kind::group, "brics.x"),
            .fields = { { Name("gid"), {}, Value(5001) } },
            .reason = "allocation \"x\" (x.brics)" },
        { .action = Action::update,
            .key = key(Kind::account, "brics.x"),
            .fields = { { Name("closed"), Value(1), {}, {}, true },
                { Name("project"), Value(Name("a")), Value(Name("b")) },
                { Name("limit"), Value(0), Value(std::numeric_limits<std::int64_t>::max()) } } },
        { .action = Action::remove, .key = key(Kind::association, "brics.x", "mia"), .reason = "a\nb\xff" },
    };
    const std::string expected = R"line({"site_agent":1,"verb":"apply","cluster":"c1","kinds":["group"]}
{"change":{"id":0,"action":"create","kind":"group","name":"brics.x","fields":{"gid":{"before":null,"after":5001}},"reason":"allocation \"x\" (x.brics)"}}
{"change":{"id":1,"action":"update","kind":"account","name":"brics.x","fields":{"closed":{"before":1,"after":null},"project":{"before":"a","after":"b"},"limit":{"before":0,"after":9223372036854775807}},"reason":""}}
{"change":{"id":2,"action":"remove","kind":"association","name":"brics.x","member":"mia","fields":{},"reason":"a?b?"}}
{"end":{"lines":4}}
)line";
    EXPECT_EQ(
        apply_question(cluster, { Kind::group }, {}, std::vector { &changes[0], &changes[1], &changes[2] }),
        expected);
}

TEST(ExecQuestion, HasNoLineBeyondItsBound)
{
    Change change { .key = key(Kind::account, "brics.x"), .reason = std::string(1 << 20, '"') };
    EXPECT_LT(change_line(0, change).size(), 64U << 10);
}

TEST(ExecQuestion, IsNotAskedAboutWhatCouldBeMisunderstood)
{
    const auto why = [](const Change& change) {
        const auto fits = fit(change, cluster, { Kind::group, Kind::group_member, Kind::account });
        return fits ? "" : fits.error().text;
    };
    EXPECT_EQ(why({ .key = key(Kind::group, "brics.x"), .fields = { { Name("gid"), {}, Value(1) } } }), "");
    EXPECT_EQ(why({ .key = key(Kind::group_member, "brics.x", "mia") }), "");
    EXPECT_THAT(why({ .key = key(Kind::group, "../x") }), HasSubstr("must begin with"));
    EXPECT_THAT(why({ .key = key(Kind::group, "") }), HasSubstr("is empty"));
    EXPECT_THAT(why({ .key = key(Kind::group_member, "brics.x", "-r") }), HasSubstr("must begin with"));
    EXPECT_THAT(why({ .key = key(Kind::group_member, "brics.x") }), HasSubstr("is empty"));
    EXPECT_THAT(why({ .key = key(Kind::group, "brics.x", "mia") }), HasSubstr("has a member"));
    EXPECT_THAT(why({ .key = key(Kind::association, "brics.x", "mia") }), HasSubstr("not in the setting"));
    EXPECT_THAT(why({ .key = { Kind::group, Name("c2"), Name("brics.x") } }), HasSubstr("another cluster"));
    EXPECT_THAT(why({ .key = key(Kind::group, "brics.x"), .fields = { { Name("closed"), {}, Value(1) } } }),
        HasSubstr("has no field \"closed\""));
}

} // namespace
} // namespace site
