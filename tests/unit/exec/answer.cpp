#include "exec/answer.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Name cluster { "c1" };

void say(ExecAnswer& answer, const std::vector<std::string>& lines)
{
    for (const auto& line : lines)
        answer.line(line);
}

std::string end_after(std::size_t lines)
{
    return R"({"end":{"lines":)" + std::to_string(lines) + "}}";
}

class ExecObserved : public testing::Test {
protected:
    Result<Observation> of(std::vector<std::string> lines)
    {
        lines.push_back(end_after(lines.size()));
        return of_all(lines);
    }
    Result<Observation> of_all(const std::vector<std::string>& lines)
    {
        ObservedAnswer answer(cluster, kinds, interest);
        say(answer, lines);
        return answer.finish();
    }
    std::string refused(std::vector<std::string> lines)
    {
        const auto read = of(std::move(lines));
        return read ? "" : read.error().text;
    }

    std::vector<Kind> kinds { Kind::group, Kind::group_member, Kind::account, Kind::association };
    Interest interest { .names = { Name("brics.x"), Name("brics.y") } };
};

const std::string group = R"({"record":{"kind":"group","name":"brics.x","fields":{"gid":5001}}})";
const std::string member = R"({"record":{"kind":"group_member","name":"brics.x","member":"mia"}})";
const std::string account
    = R"({"record":{"kind":"account","name":"brics.y","fields":{"project":"y.brics","closed":1,"limit":36000}}})";
const std::string association
    = R"({"record":{"kind":"association","name":"brics.y","member":"mia","fields":{"blocked":1}}})";

TEST_F(ExecObserved, IsRecordsSortedByKeyWithIdsPrimariesAndFindings)
{
    const auto read = of({ association, account, member, group, R"({"id":{"gid":5001,"name":"brics.x"}})",
        R"({"id":{"gid":1,"name":"Domain Users"}})", R"({"id":{"uid":7,"name":"mia"}})",
        R"({"primary":{"group":"brics.x","user":"zoe"}})",
        R"({"finding":{"severity":"warning","code":"disk-full","subject":"db","text":"a\nb","advice":"free it"}})" });
    ASSERT_TRUE(read) << read.error().text;
    std::string shown;
    for (const auto& record : read->records) {
        shown += text(record.key);
        for (const auto& field : record.fields)
            shown += " " + field.field.text() + "=" + field.value.text();
        shown += "\n";
    }
    EXPECT_EQ(shown,
        "group c1/brics.x gid=5001\n"
        "group_member c1/brics.x/mia\n"
        "account c1/brics.y project=y.brics closed=1 limit=36000\n"
        "association c1/brics.y/mia blocked=1\n");
    ASSERT_TRUE(read->ids);
    EXPECT_EQ(read->ids->groups,
        (std::map<std::uint32_t, Name> { { 1, Name("Domain Users") }, { 5001, Name("brics.x") } }));
    EXPECT_EQ(read->ids->users, (std::map<std::uint32_t, Name> { { 7, Name("mia") } }));
    const auto* facts = dynamic_cast<const GroupFacts*>(read->facts.get());
    ASSERT_NE(facts, nullptr);
    EXPECT_EQ(facts->primary, (std::set<std::pair<Name, Name>> { { Name("brics.x"), Name("zoe") } }));
    EXPECT_THAT(
        read->findings, ElementsAre(Finding { Severity::warning, "site-disk-full", "db", "a?b", "free it" }));
}

TEST_F(ExecObserved, HoldsNothingForAFlagOfZeroAndForNull)
{
    const auto read
        = of({ R"({"record":{"kind":"account","name":"brics.x","fields":{"closed":0,"limit":null}}})" });
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_TRUE(read->records.at(0).fields.empty());
}

TEST_F(ExecObserved, KeepsForeignMembersWithOddNames)
{
    const auto read
        = of({ group, R"({"record":{"kind":"group_member","name":"brics.x","member":"Zoë M|ller"}})" });
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->records.at(1).key.member.text(), "Zo\xc3\xab M|ller");
}

TEST_F(ExecObserved, TakesTheIdOfAGroupThatIsToldAsInUse)
{
    const auto read = of({ group });
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->ids->groups, (std::map<std::uint32_t, Name> { { 5001, Name("brics.x") } }));
}

TEST_F(ExecObserved, TakesAnIdOfTwoNamesAsInUse)
{
    const auto read = of({ R"({"id":{"gid":5,"name":"first"}})", R"({"id":{"gid":5,"name":"second"}})" });
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->ids->groups, (std::map<std::uint32_t, Name> { { 5, Name("first") } }));
}

TEST_F(ExecObserved, GivesNoIdsWhereGroupsAreNotKept)
{
    kinds = { Kind::account };
    const auto read = of({});
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->ids);
    EXPECT_THAT(refused({ R"({"id":{"gid":5,"name":"a"}})" }),
        HasSubstr("line 1 of its answer: unknown member \"id\""));
}

TEST_F(ExecObserved, IsNotWholeWithoutAnEnd)
{
    for (const auto& lines : { std::vector<std::string> {}, { group }, { group, member } }) {
        const auto read = of_all(lines);
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().text,
            "its answer is not whole: no end line after " + std::to_string(lines.size()) + " lines");
    }
}

TEST_F(ExecObserved, IsNotWholeWithAnotherCount)
{
    for (const std::size_t count : { 0U, 1U, 3U }) {
        const auto read = of_all({ group, member, end_after(count) });
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().text,
            "line 3 of its answer: it counts " + std::to_string(count)
                + " lines before it, and there are 2: the answer is not whole");
    }
}

TEST_F(ExecObserved, EndsWithItsEnd)
{
    const auto read = of_all({ end_after(0), group });
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().text, "line 2 of its answer: there is more after the end line");
}

TEST_F(ExecObserved, IsNotWholeWithAMemberOfWhatIsNotThere)
{
    EXPECT_THAT(refused({ member }), HasSubstr("has \"group_member c1/brics.x/mia\", but no group"));
    EXPECT_THAT(refused({ association }), HasSubstr("has \"association c1/brics.y/mia\", but no account"));
}

struct Wrong {
    std::string line;
    std::string why;
};

TEST_F(ExecObserved, RefusesEachLineThatIsOddWithItsNumber)
{
    const auto record = [](const std::string& members) { return R"({"record":{)" + members + "}}"; };
    const std::string long_name(257, 'x');
    const std::vector<Wrong> all {
        { "", "\"\" is not JSON" },
        { "hello", "\"hello\" is not JSON" },
        { "{\"record\":", "is not JSON" },
        { group + group, "is not JSON" },
        { "[]", "is not a JSON object" },
        { "{}", "has 0 members, not one" },
        { R"({"id":{"gid":1,"name":"a"},"end":{"lines":1}})", "has 2 members, not one" },
        { R"({"record":5})", "member \"record\" is not an object" },
        { R"({"result":{"id":0,"ok":true}})", "unknown member \"result\"" },
        { R"({"end":{"lines":1,"more":2}})", "end: unknown member \"more\"" },
        { R"({"end":{}})", "end: lines is missing" },
        { R"({"end":{"lines":"1"}})", "end: lines is not a whole number" },
        { "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":1}}}}}}}", "is not JSON" },
        { "{\"id\":{\"gid\":1,\"name\":\"\xff\"}}", "is not JSON" },
        { record(R"("kind":"group","kind":"group","name":"brics.x")"), "member \"kind\" is there twice" },
        { record(R"("kind":"group","name":"brics.x","colour":1)"), "record: unknown member \"colour\"" },
        { record(R"("kind":"quux","name":"brics.x")"), "unknown kind \"quux\"" },
        { record(R"("kind":"user","name":"brics.x")"), "kind \"user\" is not in the setting `records`" },
        { record(R"("name":"brics.x")"), "record: kind is missing" },
        { record(R"("kind":7,"name":"brics.x")"), "record: kind is not a string" },
        { record(R"("kind":"group")"), "record: name is missing" },
        { record(R"("kind":"group","name":"")"), "record: name \"\" is empty" },
        { record(R"("kind":"group","name":"a\u0000b")"), "has control characters" },
        { record(R"("kind":"group","name":"brics.z","fields":{"gid":1})"), "name \"brics.z\" was not asked" },
        { record(R"("kind":"group","name":"Brics.x","fields":{"gid":1})"), "name \"Brics.x\" was not asked" },
        { record(R"("kind":"group","name":"brics.x","member":"mia","fields":{"gid":1})"),
            "group has no member" },
        { record(R"("kind":"group_member","name":"brics.x")"), "group_member without a member" },
        { record(R"("kind":"group_member","name":"brics.x","member":"")"), "member \"\" is empty" },
        { record(R"("kind":"group_member","name":"brics.x","member":")" + long_name + '"'), "too long" },
        { record(R"("kind":"group_member","name":"brics.x","member":["mia"])"), "member is not a string" },
        { record(R"("kind":"group","name":"brics.x","fields":[])"), "fields is not an object" },
        { record(R"("kind":"group","name":"brics.x")"), "group \"brics.x\" without gid" },
        { record(R"("kind":"group","name":"brics.x","fields":{"gid":"5001"})"), "gid is not a whole number" },
        { record(R"("kind":"group","name":"brics.x","fields":{"gid":5001.0})"), "gid is not a whole number" },
        { record(R"("kind":"group","name":"brics.x","fields":{"gid":-1})"), "\"gid\" is -1, not from 0" },
        { record(R"("kind":"group","name":"brics.x","fields":{"gid":4294967295})"), "not from 0 to" },
        { record(R"("kind":"group","name":"brics.x","fields":{"gid":5001,"closed":1})"),
            "fields of group: unknown member \"closed\"" },
        { record(R"("kind":"account","name":"brics.x","fields":{"closed":2})"), "not from 0 to 1" },
        { record(R"("kind":"account","name":"brics.x","fields":{"closed":true})"), "not a whole number" },
        { record(R"("kind":"account","name":"brics.x","fields":{"limit":-5})"), "\"limit\" is -5" },
        { record(R"("kind":"account","name":"brics.x","fields":{"limit":9223372036854775808})"),
            "limit is not a whole number" },
        { record(R"("kind":"account","name":"brics.x","fields":{"project":7})"), "project is not a string" },
        { record(R"("kind":"account","name":"brics.x","fields":{"project":""})"), "\"project\" is empty" },
        { R"({"id":{"name":"a"}})", "id: uid is missing" },
        { R"({"id":{"gid":1}})", "id: name is missing" },
        { R"({"id":{"gid":-1,"name":"a"}})", "gid -1 is not from 0" },
        { R"({"id":{"gid":1,"uid":2,"name":"a"}})", "id: unknown member \"uid\"" },
        { R"({"primary":{"group":"brics.z","user":"mia"}})", "group \"brics.z\" was not asked for" },
        { R"({"primary":{"group":"brics.x"}})", "primary: user is missing" },
        { R"({"primary":{"group":"brics.x","user":"mia","x":1}})", "primary: unknown member \"x\"" },
        { R"({"finding":{"severity":"fatal","code":"a","text":"b"}})", "severity \"fatal\" is none of" },
        { R"({"finding":{"severity":"info","code":"A b","text":"b"}})", "code \"A b\" is not lower-case" },
        { R"({"finding":{"severity":"info","code":"a"}})", "finding: text is missing" },
        { R"({"finding":{"severity":"info","code":"a","text":"b","subject":1}})", "subject is not a string" },
    };
    for (const auto& [line, why] : all) {
        const auto said = refused({ account, line });
        EXPECT_THAT(said, HasSubstr("line 2 of its answer: ")) << line;
        EXPECT_THAT(said, HasSubstr(why)) << line;
    }
}

TEST_F(ExecObserved, RefusesWhatIsToldTwice)
{
    EXPECT_EQ(refused({ group, group }), "line 2 of its answer: record: \"group c1/brics.x\" is there twice");
    const std::string primary = R"({"primary":{"group":"brics.x","user":"zoe"}})";
    EXPECT_THAT(refused({ primary, primary }), HasSubstr("\"zoe\" in \"brics.x\" is there twice"));
}

TEST_F(ExecObserved, RefusesAFloodOfFindings)
{
    const std::vector<std::string> lines(1001, R"({"finding":{"severity":"info","code":"a","text":"b"}})");
    EXPECT_THAT(refused(lines), HasSubstr("line 1001 of its answer: finding: more than 1000"));
}

TEST_F(ExecObserved, TellsTheFirstThingThatIsWrongOnly)
{
    EXPECT_THAT(refused({ "one", "two" }), HasSubstr("line 1 of its answer: \"one\""));
}

std::string shown(const std::vector<Result<void>>& results)
{
    std::string out;
    for (const auto& result : results)
        out += result ? "ok\n" : std::string(name(result.error().code)) + ": " + result.error().text + "\n";
    return out;
}

std::string applied(std::size_t changes, const std::vector<std::string>& lines)
{
    ApplyAnswer answer(changes);
    say(answer, lines);
    return shown(answer.finish());
}

TEST(ExecApplied, IsOneResultAChangeInAnyOrder)
{
    EXPECT_EQ(applied(4,
                  { R"({"result":{"id":3,"ok":true}})", R"({"result":{"id":1,"ok":false,"error":"no\tway"}})",
                      R"({"result":{"id":0,"ok":true}})",
                      R"({"result":{"id":2,"ok":false,"error":"busy","later":true}})", end_after(4) }),
        "ok\nrefused: no?way\nconflict: busy\nok\n");
}

TEST(ExecApplied, IsAnErrorForAChangeThatIsNotAnswered)
{
    EXPECT_EQ(applied(2, { R"({"result":{"id":1,"ok":true}})", end_after(1) }),
        "internal: not answered by the program\nok\n");
}

TEST(ExecApplied, IsAnErrorForAllWhenItIsNotWhole)
{
    EXPECT_EQ(applied(2, { R"({"result":{"id":1,"ok":true}})" }),
        "invalid: its answer is not whole: no end line after 1 lines\n"
        "invalid: its answer is not whole: no end line after 1 lines\n");
}

TEST(ExecApplied, RefusesEachLineThatIsOdd)
{
    const std::vector<Wrong> all {
        { R"({"record":{"kind":"group","name":"a"}})", "unknown member \"record\"" },
        { R"({"result":{"id":2,"ok":true}})", "id 2 was not asked for" },
        { R"({"result":{"id":-1,"ok":true}})", "id -1 is not from 0" },
        { R"({"result":{"id":"1","ok":true}})", "id is not a whole number" },
        { R"({"result":{"ok":true}})", "id is missing" },
        { R"({"result":{"id":0,"ok":true}})", "id 0 is there twice" },
        { R"({"result":{"id":1}})", "ok is missing" },
        { R"({"result":{"id":1,"ok":"yes"}})", "ok is neither true nor false" },
        { R"({"result":{"id":1,"ok":true,"error":"but"}})", "ok, and yet with an error" },
        { R"({"result":{"id":1,"ok":true,"later":false}})", "ok, and yet with an error" },
        { R"({"result":{"id":1,"ok":false}})", "not ok, and no error" },
        { R"({"result":{"id":1,"ok":false,"error":""}})", "not ok, and no error" },
        { R"({"result":{"id":1,"ok":false,"error":"a","later":1}})", "later is neither true nor false" },
        { R"({"result":{"id":1,"ok":true,"why":"a"}})", "unknown member \"why\"" },
    };
    for (const auto& [line, why] : all) {
        const auto said = applied(2, { R"({"result":{"id":0,"ok":true}})", line, end_after(2) });
        EXPECT_THAT(said, HasSubstr("line 2 of its answer: ")) << line;
        EXPECT_THAT(said, HasSubstr(why)) << line;
    }
}

} // namespace
} // namespace site
