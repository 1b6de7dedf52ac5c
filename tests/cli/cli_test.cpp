#include "support/agent_home.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace site {
namespace {

using testing::HasSubstr;

/// The program as an operator types it, against a real portal; Slurm's answers are files.
struct CliTest : testing::Test {
    CliTest()
    {
        slurm.answer("sacctmgr.show.assoc", "root||||1|||||normal|\nroot|root||||||||normal|\n");
        slurm.answer("sacctmgr.show.account", "root|default root account|root\n");
        options.portal_url = portal.url();
        options.programs = slurm.programs();
        options.resolve_people = false;
        home = std::make_unique<AgentHome>(options);
    }

    boost::json::object json(std::vector<std::string> words)
    {
        words.insert(words.begin(), { "--format", "json" });
        const auto output = home->run(words);
        boost::system::error_code ec;
        auto value = boost::json::parse(output.text, ec);
        EXPECT_FALSE(ec) << output.text << output.exit.errors;
        return value.is_object() ? value.as_object() : boost::json::object {};
    }

    FakeSlurm slurm;
    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> home;
};

TEST_F(CliTest, HelpTeachesAndWrongUsageIs64)
{
    const auto help = home->run({ "--help" });
    EXPECT_EQ(help.exit.status, 0);
    for (const auto* word : { "plan", "apply", "adopt", "orphans", "explain", "backup", "restore", "run",
             "status", "metrics", "check", "storage", "usage", "journal", "outbox", "portal", "completion",
             "config", "Exit codes" })
        EXPECT_THAT(help.text, HasSubstr(word));
    EXPECT_THAT(home->run({ "plan", "--help" }).text, HasSubstr("--commands"));
    EXPECT_THAT(home->run({ "usage", "--help" }).text, HasSubstr("report"));
    EXPECT_THAT(home->run({ "usage", "report", "--help" }).text, HasSubstr("--into"));
    EXPECT_EQ(home->run({ "frobnicate" }).exit.status, 64);
    EXPECT_EQ(home->run({ "plan", "--no-such-option" }).exit.status, 64);
    EXPECT_EQ(home->run({ "usage", "--month", "2026-13" }).exit.status, 64);
    EXPECT_EQ(home->run({}).exit.status, 64);
}

TEST_F(CliTest, APlanShowsEachChangeItsReasonAndTheCommands)
{
    const auto output = home->run({ "plan", "--commands" });
    EXPECT_EQ(output.exit.status, 2);
    EXPECT_THAT(output.text, HasSubstr("create account sandbox/brics.climate"));
    EXPECT_THAT(output.text,
        HasSubstr("because: association of mia.ocean.brics in allocation \"ocean\" (ocean.brics)"));
    EXPECT_THAT(output.text,
        HasSubstr("sacctmgr -i add user name=u001,u002,u003,u004 account=brics.climate cluster=sandbox"));
    EXPECT_THAT(output.text, HasSubstr("2 and 3 of others set aside"));
    EXPECT_THAT(output.text, HasSubstr("without a local name yet: 1 association"));
    EXPECT_EQ(output.text.find('\033'), std::string::npos); // no colour in a file
}

TEST_F(CliTest, EveryCommandThatPrintsHasJson)
{
    const auto plan = json({ "plan", "--commands" });
    EXPECT_EQ(plan.at("exit_code"), 2);
    EXPECT_EQ(plan.at("steps").as_array().size(), 1U);
    EXPECT_FALSE(plan.at("commands").as_array().empty());
    (void)home->run({ "apply" });
    EXPECT_TRUE(json({ "status" }).contains("cycle_at"));
    EXPECT_TRUE(json({ "adopt" }).contains("adoptable"));
    EXPECT_TRUE(json({ "orphans" }).contains("orphans"));
    EXPECT_EQ(json({ "explain", "u001" }).at("explained").as_array().size(), 2U);
    EXPECT_FALSE(json({ "journal" }).at("entries").as_array().empty());
    EXPECT_TRUE(json({ "outbox" }).at("rows").as_array().empty());
    EXPECT_TRUE(json({ "usage" }).contains("usage"));
    EXPECT_FALSE(json({ "config" }).at("settings").as_array().empty());
    EXPECT_TRUE(json({ "config", "check" }).at("problems").as_array().empty());
    EXPECT_TRUE(json({ "check" }).contains("checks"));
    EXPECT_TRUE(json({ "usage", "collect" }).contains("job_records"));
    EXPECT_TRUE(json({ "outbox", "send" }).contains("sent"));
}

TEST_F(CliTest, AWrongConfigurationIsToldWholeWithItsPlaces)
{
    write_file(
        home->config_file(), read_file(home->config_file()) + "modde: audit\nguards: {most_taken: -1}\n");
    const auto output = home->run({ "config", "check" });
    EXPECT_EQ(output.exit.status, 64);
    EXPECT_THAT(output.exit.errors, HasSubstr("modde"));
    EXPECT_THAT(output.exit.errors, HasSubstr("guards.most_taken"));
    EXPECT_THAT(output.exit.errors, testing::ContainsRegex("site-agent.yaml:[0-9]+:[0-9]+: "));
    EXPECT_EQ(home->run({ "plan" }).exit.status, 64);
}

TEST_F(CliTest, ATokenThatOthersCanReadIsRefusedAndNeverShown)
{
    std::filesystem::permissions(home->path("token"), std::filesystem::perms { 0644 });
    const auto output = home->run({ "plan" });
    EXPECT_NE(output.exit.status, 0);
    EXPECT_THAT(output.exit.errors, HasSubstr("token"));
    EXPECT_EQ((output.text + output.exit.errors).find(PortalProcess::token()), std::string::npos);
    std::filesystem::permissions(home->path("token"), std::filesystem::perms { 0600 });
    for (const auto* command : { "config", "check", "status", "plan" }) {
        const auto shown = home->run({ command });
        EXPECT_EQ((shown.text + shown.exit.errors).find(PortalProcess::token()), std::string::npos)
            << command;
    }
    for (const auto& call : slurm.calls())
        EXPECT_EQ(call.find(PortalProcess::token()), std::string::npos);
}

TEST_F(CliTest, AWhatIfPlanReadsTheSnapshotFromAFileAndAsksNoPortal)
{
    write_file(home->path("snapshot.json"), R"({"openportal-allocations": [{
        "uuid": "a110c000000040008000000000000009", "name": "what if", "backend_id": "whatif.brics",
        "groupname": "brics.whatif", "node_limit": 5, "is_active": true, "state": "OK",
        "service_settings_uuid": "5e771465000040008000000000000001"}], "openportal-associations": []})");
    (void)portal.control("DELETE", "requests");
    const auto output = home->run({ "plan", "--snapshot", home->path("snapshot.json") });
    EXPECT_EQ(output.exit.status, 2) << output.exit.errors;
    EXPECT_THAT(output.text, HasSubstr("create account sandbox/brics.whatif"));
    EXPECT_EQ(portal.requests(), 0U);
}

TEST_F(CliTest, CheckPrintsALineForEachThingWithWhatToDo)
{
    portal.fault(R"({"match": {"path": "/api/"}, "times": -1, "kind": "revoked_token"})");
    const auto output = home->run({ "check" });
    EXPECT_EQ(output.exit.status, 1);
    EXPECT_THAT(output.text, HasSubstr("FAIL"));
    EXPECT_THAT(output.text, HasSubstr("->"));
    (void)portal.control("DELETE", "faults");
    EXPECT_THAT(home->run({ "check" }).text, HasSubstr("1 of 14 associations have no local name"));
}

TEST_F(CliTest, AuditModeRefusesToApplyAndToSend)
{
    options.mode = "audit";
    home->write_config(options);
    EXPECT_EQ(home->run({ "apply" }).exit.status, 1);
    EXPECT_EQ(home->run({ "outbox", "send" }).exit.status, 1);
    EXPECT_EQ(home->run({ "plan" }).exit.status, 2);
}

/// Slurm has climate's account and two of its members already, by somebody else's hand.
struct CliAdoption : CliTest {
    CliAdoption()
    {
        slurm.answer(
            "sacctmgr.show.account", "root|default root account|root\nbrics.climate|hand made|theirs\n");
        slurm.answer("sacctmgr.show.assoc",
            "root||||1|||||normal|\nroot|root||||||||normal|\nbrics.climate|||root|1|||||normal|\n"
            "brics.climate|u001||||||||normal|\nbrics.climate|u002||||||||normal|\n");
    }
    std::string commands() { return home->run({ "plan", "--commands" }).text; }
};

TEST_F(CliAdoption, WhatSomebodyElseMadeIsListedWithWhatWouldChangeAndTakenOverByName)
{
    EXPECT_THAT(commands(), HasSubstr("not ours: account sandbox/brics.climate"));
    const auto listed = home->run({ "adopt" });
    EXPECT_EQ(listed.exit.status, 0);
    EXPECT_THAT(listed.text, HasSubstr("account sandbox/brics.climate"));
    EXPECT_THAT(listed.text, HasSubstr("description: hand made -> project climate.brics"));
    EXPECT_THAT(listed.text, HasSubstr("association sandbox/brics.climate/u002"));
    EXPECT_THAT(listed.text, testing::Not(HasSubstr("u003"))); // not there: made, not adopted
    EXPECT_EQ(json({ "adopt" }).at("adoptable").as_array().size(), 3U);

    const auto unknown = home->run({ "adopt", "brics.nobody", "--yes" });
    EXPECT_EQ(unknown.exit.status, 1);
    EXPECT_THAT(unknown.exit.errors, HasSubstr("brics.nobody"));

    const auto asked = home->run({ "adopt", "brics.climate" });
    EXPECT_EQ(asked.exit.status, 2);
    EXPECT_THAT(asked.exit.errors, HasSubstr("--yes"));
    EXPECT_THAT(commands(), HasSubstr("not ours: account sandbox/brics.climate"));

    slurm.forget_calls();
    const auto taken = home->run({ "adopt", "brics.climate", "--yes" });
    EXPECT_EQ(taken.exit.status, 0) << taken.exit.errors;
    EXPECT_THAT(taken.text, HasSubstr("3 records are ours now"));
    for (const auto& call : slurm.calls())
        EXPECT_THAT(call, testing::Not(HasSubstr("-i "))); // the site is not touched
    EXPECT_THAT(commands(), HasSubstr("modify account where name=brics.climate"));
    EXPECT_THAT(home->run({ "adopt" }).text, HasSubstr("nothing to adopt"));
}

TEST_F(CliAdoption, RecordOnlyLeavesTheValuesAlone)
{
    home->expect(0, { "adopt", "--all", "--record-only", "--yes" });
    EXPECT_THAT(commands(), testing::Not(HasSubstr("modify account")));
    EXPECT_THAT(commands(), HasSubstr("u003"));
}

TEST_F(CliAdoption, ALostStoreIsSaidAndWhatBearsOurMarkIsProposed)
{
    slurm.answer("sacctmgr.show.account",
        "root|default root account|root\nbrics.climate|project climate.brics|site-agent\n");
    const auto apply = home->run({ "apply" });
    EXPECT_EQ(apply.exit.status, 3);
    EXPECT_THAT(apply.text, HasSubstr("guard store-lost"));
    EXPECT_THAT(apply.text, HasSubstr("site-agent adopt --marked"));
    for (const auto& call : slurm.calls())
        EXPECT_THAT(call, testing::Not(HasSubstr("-i ")));
    EXPECT_THAT(home->run({ "status" }).text, HasSubstr("bear our mark"));
    EXPECT_THAT(home->run({ "metrics" }).text, HasSubstr("guard=\"store-lost\""));
    home->expect(0, { "adopt", "--marked", "--yes" });
    EXPECT_EQ(home->run({ "plan" }).exit.status, 2);
}

TEST_F(CliAdoption, OrphansTellWhatLooksLikeOursAndIsNot)
{
    slurm.answer("sacctmgr.show.account",
        "root|default root account|root\nbrics.climate|hand made|theirs\nbrics.old|project old|site-agent\n");
    slurm.answer("sacctmgr.show.assoc",
        "root||||1|||||normal|\nroot|root||||||||normal|\nbrics.climate|||root|1|||||normal|\n"
        "brics.old|||root|1|||||normal|\n");
    const auto orphans = home->run({ "orphans" });
    EXPECT_EQ(orphans.exit.status, 0);
    EXPECT_THAT(orphans.text, HasSubstr("account sandbox/brics.old"));
}

TEST_F(CliTest, ExplainSaysTheFirstLinkThatFailsAndExits2)
{
    EXPECT_THAT(home->run({ "explain", "--help" }).text, HasSubstr("2 explained, and a link fails"));
    const auto fresh = home->run({ "explain", "u001" });
    EXPECT_EQ(fresh.exit.status, 2) << fresh.exit.errors;
    EXPECT_THAT(fresh.text, HasSubstr("ok       portal"));
    EXPECT_THAT(fresh.text, HasSubstr("waits    account"));
    EXPECT_THAT(fresh.text, HasSubstr("verdict  can't work yet: account \"brics.climate\" is not there"));
    EXPECT_THAT(fresh.text, HasSubstr("who      nobody: wait"));
    EXPECT_FALSE(std::filesystem::exists(home->path("state") / "state.db"));
    for (const auto& call : slurm.calls())
        EXPECT_THAT(call, testing::Not(HasSubstr("-i ")));

    home->expect(1, { "apply" }); // the fake does nothing
    const auto failed = json({ "explain", "brics.climate" }).at("explained").as_array().at(0).as_object();
    EXPECT_EQ(failed.at("sort"), "project");
    EXPECT_EQ(failed.at("verdict").at("state"), "fails");
    EXPECT_EQ(failed.at("verdict").at("link"), "account");
    EXPECT_THAT(std::string(failed.at("verdict").at("text").as_string()), HasSubstr("it failed"));

    portal.fault(R"({"match": {"path": "/api/"}, "times": -1, "kind": "revoked_token"})");
    EXPECT_THAT(home->run({ "explain", "u001" }).text, testing::StartsWith("the portal is away"));
}

TEST_F(CliTest, ExplainOfAnUnknownNameNamesTheNearestAndExits1)
{
    const auto unknown = home->run({ "explain", "brics.climat" });
    EXPECT_EQ(unknown.exit.status, 1);
    EXPECT_THAT(unknown.text, HasSubstr("did you mean \"brics.climate\""));
    EXPECT_EQ(json({ "explain", "brics.climat" }).at("nearest").as_array().at(0), "brics.climate");
    EXPECT_EQ(home->run({ "explain", "u001", "--project" }).exit.status, 1);
    EXPECT_EQ(home->run({ "explain", "u001", "--project", "--user" }).exit.status, 64);
    EXPECT_EQ(home->run({ "explain" }).exit.status, 64);
}

TEST_F(CliAdoption, ExplainSendsToAdoptAndIsContentAfterIt)
{
    const auto foreign = home->run({ "explain", "climate.brics" });
    EXPECT_EQ(foreign.exit.status, 2);
    EXPECT_THAT(foreign.text, HasSubstr("site-agent adopt brics.climate"));
    home->expect(0, { "adopt", "brics.climate", "--yes" });
    const auto content = home->run({ "explain", "mia.climate.brics" });
    EXPECT_EQ(content.exit.status, 0) << content.text;
    EXPECT_THAT(content.text, HasSubstr("verdict  can work\n"));
    const auto both = home->run({ "explain", "u001" }); // in the ocean too, where nothing is made yet
    EXPECT_EQ(both.exit.status, 2);
    EXPECT_THAT(both.text, testing::EndsWith("1 of 2 can work\n"));
    slurm.answer("sacctmgr.show.assoc",
        "root||||1|||||normal|\nroot|root||||||||normal|\nbrics.climate|||root|1|||||normal|\n"
        "brics.climate|u001|||||||0|normal|\nbrics.climate|u002||||||||normal|\n");
    const auto shut = home->run({ "explain", "mia.climate.brics" });
    EXPECT_EQ(shut.exit.status, 2);
    EXPECT_THAT(shut.text, HasSubstr("FAILS    association"));
    EXPECT_THAT(shut.text, HasSubstr("somebody else's MaxSubmitJobs=0"));
}

TEST_F(CliTest, MetricsAreWhatPrometheusReads)
{
    EXPECT_EQ(home->run({ "metrics" }).exit.status, 1); // no cycle and no store yet: nothing to tell
    home->expect(1, { "apply" }); // the answers of the tools do not change, so nothing becomes as wanted
    const auto text = home->run({ "metrics" }).text;
    for (const auto* line : { "site_agent_last_cycle_timestamp_seconds{cluster=\"sandbox\"} ",
             "site_agent_guard_held_changes{cluster=\"sandbox\",guard=\"taking-away\"} -1\n",
             "site_agent_allocations{cluster=\"sandbox\"} 4\n" })
        EXPECT_THAT(text, HasSubstr(line));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        EXPECT_THAT(line,
            testing::MatchesRegex(
                "# (HELP|TYPE) site_agent_[a-z_]+ .+|site_agent_[a-z_]+([{].*[}])? -?[0-9]+"));
}

TEST_F(CliTest, AnAllowanceNeedsTheIdOfAPlanAndAGuardThatIsTripped)
{
    EXPECT_EQ(home->run({ "apply", "--allow", "clock" }).exit.status, 64);
    EXPECT_EQ(home->run({ "apply", "--plan", "0123456789ab" }).exit.status, 64);
    const auto stale = home->run({ "apply", "--allow", "clock", "--plan", "0123456789ab" });
    EXPECT_EQ(stale.exit.status, 1);
    EXPECT_THAT(stale.exit.errors + stale.text, HasSubstr("nothing is allowed: the plan is"));
    const std::string id(json({ "plan" }).at("plan").as_string());
    const auto untripped = home->run({ "apply", "--allow", "clock", "--plan", id });
    EXPECT_THAT(untripped.exit.errors + untripped.text, HasSubstr("is not tripped"));
}

TEST_F(CliTest, TheJournalProvesItselfAndIsExportedWhole)
{
    home->expect(1, { "apply" });
    const auto verified = home->run({ "journal", "verify" });
    EXPECT_EQ(verified.exit.status, 0) << verified.text;
    EXPECT_THAT(verified.text, HasSubstr("good"));
    const std::string head(json({ "status" }).at("journal_head").as_string());
    EXPECT_EQ(home->run({ "journal", "verify", "--head", head }).exit.status, 0);
    EXPECT_EQ(json({ "journal", "verify" }).at("head").as_string(), head);

    std::istringstream lines(home->run({ "journal", "export" }).text);
    std::size_t count = 0;
    std::string commands;
    for (std::string line; std::getline(lines, line); ++count) {
        const auto row = boost::json::parse(line).as_object();
        EXPECT_EQ(row.at("seq"), count + 1);
        if (row.at("event") == "commands")
            commands += boost::json::serialize(row.at("body"));
    }
    EXPECT_GT(count, 30U); // 17 intents, their outcomes, what was run
    EXPECT_THAT(commands, HasSubstr("sacctmgr -i"));

    const auto shown = home->run({ "journal", "--commands", "--user", "u001", "--kind", "association" });
    EXPECT_THAT(shown.text, HasSubstr("brics.climate/u001"));
    EXPECT_THAT(shown.text, testing::Not(HasSubstr("brics.climate/u002:")));
    EXPECT_THAT(shown.text, HasSubstr("run for "));
    EXPECT_EQ(home->run({ "journal", "--kind", "planet" }).exit.status, 64);
    EXPECT_EQ(home->run({ "journal", "verify", "--head", "12" }).exit.status, 64);
    EXPECT_THAT(home->run({ "journal", "--until", "2020-01-01" }).text, HasSubstr("no entries"));
}

TEST_F(CliTest, CompactingTellsFirstAndLeavesAnAnchor)
{
    home->expect(1, { "apply" });
    const auto told = home->run({ "journal", "compact", "--before", "2100-01-01" });
    EXPECT_EQ(told.exit.status, 2);
    EXPECT_THAT(told.text, HasSubstr("would be dropped"));
    EXPECT_EQ(json({ "journal" }).at("entries").as_array().size(), 17U);
    home->expect(0, { "journal", "compact", "--before", "2100-01-01", "--yes" });
    EXPECT_TRUE(json({ "journal" }).at("entries").as_array().empty());
    const auto verified = home->run({ "journal", "verify" });
    EXPECT_EQ(verified.exit.status, 0) << verified.text;
    EXPECT_THAT(verified.text, HasSubstr("were dropped by journal compact by root"));
    EXPECT_THAT(home->run({ "journal" }).text, HasSubstr("compacted"));
    EXPECT_EQ(home->run({ "journal", "compact", "--before", "yesterday" }).exit.status, 64);
    EXPECT_EQ(home->run({ "journal", "compact" }).exit.status, 64);
}

TEST_F(CliAdoption, WhatWasAdoptedStandsInTheJournal)
{
    home->expect(0, { "adopt", "brics.climate", "--yes" });
    const auto shown = home->run({ "journal" }).text;
    EXPECT_THAT(shown, HasSubstr("adopted"));
    EXPECT_THAT(shown, HasSubstr("adopt by root"));
    EXPECT_THAT(shown, HasSubstr("account sandbox/brics.climate"));
}

TEST_F(CliAdoption, AGuardStandsInTheJournalOnceForAPlan)
{
    slurm.answer("sacctmgr.show.account",
        "root|default root account|root\nbrics.climate|project climate.brics|site-agent\n");
    home->expect(3, { "apply" });
    home->expect(3, { "apply" });
    const auto noted = json({ "journal" }).at("notes").as_array();
    const auto guards = std::count_if(noted.begin(), noted.end(),
        [](const boost::json::value& note) { return note.at("event") == "guard"; });
    EXPECT_EQ(guards, 1);
}

TEST_F(CliTest, ABackupComesBackAsItWas)
{
    home->expect(1, { "apply" });
    const auto copy = json({ "backup" });
    const std::filesystem::path file(std::string(copy.at("file").as_string()));
    EXPECT_EQ(file.parent_path(), home->path("state") / "backups");
    home->expect(0, { "backup", home->path("mine.db") });
    EXPECT_EQ(home->run({ "backup", home->path("mine.db") }).exit.status, 1); // never over another
    home->expect(0, { "backup", "--to", home->path("elsewhere") });

    std::filesystem::remove(home->path("state") / "state.db");
    std::filesystem::remove(home->path("state") / "state.db-wal");
    std::filesystem::remove(home->path("state") / "state.db-shm");
    const auto lost = home->run({ "apply" });
    EXPECT_EQ(lost.exit.status, 3);
    EXPECT_THAT(lost.text, HasSubstr("guard store-lost"));

    const auto asked = home->run({ "restore", file });
    EXPECT_EQ(asked.exit.status, 2);
    EXPECT_THAT(asked.exit.errors, HasSubstr("--yes"));
    const auto restored = home->run({ "restore", file, "--yes" });
    EXPECT_EQ(restored.exit.status, 0) << restored.exit.errors;
    EXPECT_THAT(restored.text, HasSubstr("kept as"));
    EXPECT_EQ(home->run({ "journal", "verify" }).exit.status, 0);
    EXPECT_EQ(json({ "journal" }).at("entries").as_array().size(), 17U);
    EXPECT_EQ(home->run({ "apply" }).exit.status, 1); // as before: the fake does nothing
    EXPECT_EQ(home->run({ "restore", home->config_file(), "--yes" }).exit.status, 1);
}

} // namespace
} // namespace site
