#include "program_site.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace site {
namespace {

using testing::HasSubstr;

const std::filesystem::path source = SITE_SOURCE_FOLDER;

/// What the schema says of lines; "N lines" when all are right.
std::string validated(const std::string& definition, const std::string& lines)
{
    SystemRunner runner;
    const auto run = runner.run({ .program = source / "tests/integration/exec/validate_lines.py",
        .arguments = { source / "config/examples/exec/protocol.schema.json", definition },
        .input = lines });
    if (!run)
        return run.error().text;
    return run->text + run->exit.errors;
}

std::string line_count(const std::string& text)
{
    return std::to_string(std::count(text.begin(), text.end(), '\n')) + " lines\n";
}

std::string sorted_lines(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    std::string out;
    for (const auto& line : lines)
        out += line + "\n";
    return out;
}

/// A block of the published transcript.
std::string published(const std::string& block)
{
    const auto page = read_file(source / "docs/formats/exec.md");
    const auto mark = "```json " + block + "\n";
    const auto begin = page.find(mark);
    EXPECT_NE(begin, std::string::npos) << block;
    if (begin == std::string::npos)
        return {};
    const auto from = begin + mark.size();
    return page.substr(from, page.find("```", from) - from);
}

/// An example in its place, with what was said in its last run held against the schema.
struct ExampleSite : ProgramSite {
    explicit ExampleSite(const std::string& example) : ProgramSite("")
    {
        write_file(settings.program, read_file(source / "config/examples/exec" / example), 0755);
        settings.arguments = { file("data") };
    }
    void hold_against_schema(const std::string& verb)
    {
        EXPECT_EQ(validated(verb + "_question", runner.question), line_count(runner.question));
        EXPECT_EQ(validated(verb + "_answer", runner.answer), line_count(runner.answer));
    }
    std::string look()
    {
        const auto read = observed();
        EXPECT_TRUE(read) << (read ? "" : read.error().text);
        hold_against_schema("observed");
        std::string out;
        for (const auto& record : read ? read->records : std::vector<Record> {}) {
            out += text(record.key);
            for (const auto& field : record.fields)
                out += " " + field.field.text() + "=" + field.value.text();
            out += "\n";
        }
        return out;
    }
    std::string change(const std::vector<Change>& changes)
    {
        std::string out;
        for (const auto& result : plugin().apply(changes))
            out += result ? "ok\n" : result.error().text + "\n";
        hold_against_schema("apply");
        return out;
    }
};

Key key(Kind kind, std::string_view name, std::string_view member = {})
{
    return { kind, Name("c1"), Name(name), Name(member) };
}

Change make_group(std::string_view name, std::int64_t gid, std::string reason = {})
{
    return { .key = key(Kind::group, name),
        .fields = { { Name("gid"), {}, Value(gid) } },
        .reason = std::move(reason) };
}

Change removal(Key what, std::string reason = {})
{
    return {
        .action = Action::remove, .effect = Effect::takes_away, .key = what, .reason = std::move(reason)
    };
}

TEST(ExecProtocol, IsAsThePublishedTranscriptShows)
{
    ExampleSite site("groups.sh");
    std::filesystem::create_directory(site.file("data"));
    write_file(site.file("data/brics.climate"), "5001\nmia\n");
    write_file(site.file("data/staff"), "50\n");
    site.interest = { .names = { Name("brics.climate"), Name("brics.ocean") }, .gids = { 5000, 5999 } };
    auto plugin = site.plugin();
    ASSERT_TRUE(plugin.observed(site.interest));
    EXPECT_EQ(site.runner.question, published("observed-question"));
    EXPECT_EQ(sorted_lines(site.runner.answer), sorted_lines(published("observed-answer")));
    site.hold_against_schema("observed");
    const std::vector<Change> changes {
        removal(key(Kind::group_member, "brics.climate", "mia"), "mia.climate.brics is gone"),
        make_group("brics.ocean", 5002, "allocation \"ocean\" (ocean.brics)"),
        { .key = key(Kind::group_member, "brics.ocean", "zoe"), .reason = "association of zoe.ocean.brics" },
        make_group("brics.wind", 50, "allocation \"wind\" (wind.brics)"),
    };
    const auto results = plugin.apply(changes);
    EXPECT_EQ(site.runner.question, published("apply-question"));
    EXPECT_EQ(site.runner.answer, published("apply-answer"));
    site.hold_against_schema("apply");
    EXPECT_TRUE(results.at(2));
    EXPECT_THAT(results.at(3).error().text, HasSubstr("id 50 is in use by staff"));
    EXPECT_EQ(read_file(site.file("data/brics.climate")), "5001\n");
    EXPECT_EQ(read_file(site.file("data/brics.ocean")), "5002\nzoe\n");
}

TEST(ExecProtocol, IsDescribedByItsSchemaWhichRefusesWhatThePluginRefuses)
{
    for (const std::string line : {
             R"({"record":{"kind":"group","name":"a"}})",
             R"({"record":{"kind":"group","name":"a","member":"b","fields":{"gid":1}}})",
             R"({"record":{"kind":"group_member","name":"a"}})",
             R"({"record":{"kind":"account","name":"a","fields":{"closed":2}}})",
             R"({"record":{"kind":"account","name":"a","fields":{"colour":2}}})",
             R"({"record":{"kind":"user","name":"a"}})",
             R"({"id":{"gid":4294967295,"name":"a"}})",
             R"({"finding":{"severity":"fatal","code":"a","text":"b"}})",
             R"({"end":{"lines":0},"more":1})",
         }) {
        EXPECT_THAT(validated("observed_answer", line + "\n"), HasSubstr("is not valid under any")) << line;
        ProgramSite site("echo '" + line + "'\n");
        site.settings.records = { "group", "group_member", "account" };
        site.interest.names = { Name("a") };
        EXPECT_THAT(site.error(), HasSubstr("line 1 of its answer: ")) << line;
    }
    EXPECT_THAT(validated("apply_answer", "{\"result\":{\"id\":0,\"ok\":false}}\n"), HasSubstr("not valid"));
}

TEST(ExecExample, KeepsGroupsInShell)
{
    ExampleSite site("groups.sh");
    std::filesystem::create_directory(site.file("data"));
    EXPECT_EQ(site.look(), "");
    const std::vector made { make_group("brics.x", 5001), make_member("mia"), make_member("zoe"),
        make_group("brics.y", 5001), make_group("brics.x", 5002) };
    const std::string answers = "ok\nok\nok\ngroup c1/brics.y: id 5001 is in use by brics.x\n"
                                "group c1/brics.x: it is there with another id\n";
    EXPECT_EQ(site.change(made), answers);
    EXPECT_EQ(site.change(made), answers);
    EXPECT_EQ(
        site.look(), "group c1/brics.x gid=5001\ngroup_member c1/brics.x/mia\ngroup_member c1/brics.x/zoe\n");
    const std::vector gone { removal(key(Kind::group_member, "brics.x", "mia")),
        removal(key(Kind::group, "brics.never")) };
    EXPECT_EQ(site.change(gone), "ok\nok\n");
    EXPECT_EQ(site.change(gone), "ok\nok\n");
    EXPECT_EQ(site.look(), "group c1/brics.x gid=5001\ngroup_member c1/brics.x/zoe\n");
    EXPECT_EQ(site.change({ removal(key(Kind::group, "brics.x")), make_member("mia") }),
        "ok\ngroup_member c1/brics.x/mia: there is no group brics.x\n");
    EXPECT_EQ(site.look(), "");
}

TEST(ExecExample, OfGroupsTakesNoUnreadableFileForNone)
{
    ExampleSite site("groups.sh");
    EXPECT_THAT(site.error(), HasSubstr("is no folder"));
    std::filesystem::create_directory(site.file("data"));
    write_file(site.file("data/brics.x"), "");
    EXPECT_THAT(site.error(), HasSubstr("has an empty file"));
    write_file(site.file("data/brics.x"), "mia\n");
    EXPECT_THAT(site.error(), HasSubstr("exit status 1; it said"));
    write_file(site.file("data/brics.x"), "5001\nodd|name\n");
    EXPECT_EQ(site.look(), "group c1/brics.x gid=5001\ngroup_member c1/brics.x/odd|name\n");
}

TEST(ExecExample, KeepsAccountsInPython)
{
    ExampleSite site("accounts.py");
    site.settings.records = { "account", "association" };
    const Key account = key(Kind::account, "brics.x");
    const Key mia = key(Kind::association, "brics.x", "mia");
    EXPECT_EQ(site.look(), "");
    const std::vector<Change> made { { .key = account,
                                         .fields = { { Name("project"), {}, Value(Name("x.brics")) },
                                             { Name("limit"), {}, Value(36000) } } },
        { .key = mia }, { .key = key(Kind::association, "brics.y", "mia") } };
    const std::string answers = "ok\nok\nassociation c1/brics.y/mia: there is no account brics.y\n";
    EXPECT_EQ(site.change(made), answers);
    EXPECT_EQ(site.change(made), answers);
    EXPECT_EQ(site.look(), "account c1/brics.x project=x.brics limit=36000\nassociation c1/brics.x/mia\n");
    const auto update = [](const Key& what, std::string_view field, Value before, Value after) {
        return Change { .action = Action::update, .key = what, .fields = { { Name(field), before, after } } };
    };
    EXPECT_EQ(site.change({ update(account, "closed", {}, Value(1)), update(mia, "blocked", {}, Value(1)) }),
        "ok\nok\n");
    EXPECT_EQ(site.look(),
        "account c1/brics.x project=x.brics closed=1 limit=36000\nassociation c1/brics.x/mia blocked=1\n");
    EXPECT_EQ(site.change({ update(account, "closed", Value(1), {}),
                  update(account, "limit", Value(36000), {}), removal(account) }),
        "ok\nok\naccount c1/brics.x: the account still has members\n");
    EXPECT_EQ(site.look(), "account c1/brics.x project=x.brics\nassociation c1/brics.x/mia blocked=1\n");
    EXPECT_EQ(site.change({ removal(mia), removal(account), removal(account) }), "ok\nok\nok\n");
    EXPECT_EQ(site.look(), "");
}

TEST(ExecExample, OfAccountsTakesNoDamagedDatabaseForAnEmptyOne)
{
    ExampleSite site("accounts.py");
    site.settings.records = { "account", "association" };
    write_file(site.file("data"), std::string(5000, 'x'));
    EXPECT_THAT(site.error(), HasSubstr("file is not a database"));
}

} // namespace
} // namespace site
