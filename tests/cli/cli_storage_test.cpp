#include "store/database.hpp"
#include "store/portal_memory.hpp"
#include "store/storage_levels.hpp"
#include "support/agent_home.hpp"
#include "system/clock.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t gibi = 1UL << 30;

/// The program with a store that has readings of two volumes, and one that was never read.
struct CliStorage : testing::Test {
    CliStorage()
    {
        options.plugins = "[slurm, storage_quota]";
        options.slurm_more = "    storage:\n";
        for (const auto* volume : { "home", "new", "scratch" })
            options.slurm_more += "      " + std::string(volume) + ": {engine: linux, root: /srv/" + volume
                + ", projects: {directory: \"{project}\"}}\n";
        home = std::make_unique<AgentHome>(options);
        const std::vector<StorageLevel> scratch { level("brics.climate", "", 9 * gibi, 10 * gibi),
            level("brics.ocean", "", {}, 10 * gibi), level("brics.plasma", "", 5, {}) };
        put([&](StorageLevels& levels, Transaction& transaction) {
            levels.put(transaction, cluster, "scratch", now - Seconds { 600 }, Seconds { 0 }, scratch);
            levels.put(transaction, cluster, "home", now - Seconds { 600 }, Seconds { 0 },
                std::vector { level("brics.climate", "", gibi, 2 * gibi), level("", "u001", 3, 4) });
            levels.put(transaction, cluster, "discarded", now, Seconds { 0 }, scratch);
        });
    }

    static StorageLevel level(const char* group, const char* user, std::optional<std::uint64_t> bytes,
        std::optional<std::uint64_t> limit)
    {
        return { .holder = { Name(group), Name(user) }, .used_bytes = bytes, .limit_bytes = limit };
    }
    void put(const std::function<void(StorageLevels&, Transaction&)>& work)
    {
        auto database = Database::open(home->path("state") / "state.db", Database::Access::write);
        ASSERT_TRUE(database) << database.error().text;
        StorageLevels levels(**database);
        const auto done
            = (*database)->commit("testing", [&](Transaction& transaction) { work(levels, transaction); });
        ASSERT_TRUE(done) << done.error().text;
    }
    void fail(const std::string& volume)
    {
        put([&](StorageLevels& levels, Transaction& transaction) {
            levels.failed(transaction, cluster, volume, now, "lfs: it does not answer");
        });
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

    const Name cluster { "sandbox" };
    const Instant now = SystemClock().now();
    AgentHome::Options options { .portal_url = "http://127.0.0.1:9" }; // nobody asks it
    std::unique_ptr<AgentHome> home;
};

TEST_F(CliStorage, ShowsWhoHasWhatTheFullestFirst)
{
    const auto shown = home->run({ "storage" });
    EXPECT_EQ(shown.exit.status, 0) << shown.exit.errors;
    EXPECT_THAT(shown.text,
        testing::MatchesRegex("VOLUME +PROJECT +USED +LIMIT +PERCENT +FILES +AGE\n"
                              "home +brics.climate +1.0 GiB +2.0 GiB +50% +1[0-9] min\n"
                              "scratch +brics.climate +9.0 GiB +10.0 GiB +90% +1[0-9] min\n"
                              "scratch +brics.plasma +5 B +unlimited +1[0-9] min\n"
                              "scratch +brics.ocean +unknown +10.0 GiB\n"
                              "volume new: not read yet\n"));
    EXPECT_THAT(home->run({ "storage", "--users" }).text, HasSubstr("u001"));
    const auto one = home->run({ "storage", "--volume", "scratch", "--over", "80" }).text;
    EXPECT_THAT(one, HasSubstr("9.0 GiB"));
    EXPECT_THAT(one, Not(HasSubstr("plasma")));
    EXPECT_THAT(one, Not(HasSubstr("home")));
    EXPECT_THAT(one, Not(HasSubstr("new")));
    EXPECT_EQ(
        home->run({ "storage", "--volume", "home", "--over", "50" }).text, "nobody is over 50% of a limit\n");
}

TEST_F(CliStorage, AVolumeWhoseLastReadingFailedIsToldWithItsErrorAndIs1)
{
    fail("scratch");
    const auto shown = home->run({ "storage" });
    EXPECT_EQ(shown.exit.status, 1);
    EXPECT_THAT(shown.text, HasSubstr("9.0 GiB"));
    EXPECT_THAT(shown.text,
        testing::ContainsRegex("volume scratch: the last reading failed [0-9]+ (s|min) ago: lfs: it does not "
                               "answer; read whole 1[0-9] min ago\n"));
    EXPECT_EQ(home->run({ "storage", "--volume", "home" }).exit.status, 0);
    fail("new");
    EXPECT_THAT(home->run({ "storage" }).text, HasSubstr("; never read whole\n"));
}

TEST_F(CliStorage, AVolumeThatIsNoMoreConfiguredIsNotTold)
{
    fail("discarded");
    EXPECT_EQ(home->run({ "storage" }).exit.status, 0);
    for (const auto* command : { "storage", "status", "metrics" })
        EXPECT_THAT(home->run({ command }).text, Not(HasSubstr("discarded"))) << command;
}

TEST_F(CliStorage, WrongWordsAre64)
{
    const auto unknown = home->run({ "storage", "--volume", "tape" });
    EXPECT_EQ(unknown.exit.status, 64);
    EXPECT_EQ(unknown.exit.errors,
        "site-agent: there is no volume \"tape\", allowed is one of home, new, scratch\n");
    EXPECT_EQ(home->run({ "storage", "--over", "most" }).exit.status, 64);
    EXPECT_EQ(home->run({ "storage", "--over", "-1" }).exit.status, 64);
    EXPECT_THAT(home->run({ "storage", "--help" }).text, HasSubstr("--over"));
}

TEST_F(CliStorage, JsonHasBytes)
{
    const auto all = json({ "storage", "--users" });
    ASSERT_EQ(all.at("levels").as_array().size(), 5U);
    const auto& first = all.at("levels").as_array()[1].as_object();
    EXPECT_EQ(first.at("volume"), "home");
    EXPECT_EQ(first.at("project"), "brics.climate");
    EXPECT_EQ(first.at("used_bytes").to_number<std::uint64_t>(), gibi);
    EXPECT_EQ(first.at("limit_bytes").to_number<std::uint64_t>(), 2 * gibi);
    EXPECT_EQ(first.at("percent").to_number<std::uint64_t>(), 50U);
    EXPECT_EQ(std::string(first.at("read").as_string()), text(now - Seconds { 600 }));
    const auto& last = all.at("levels").as_array().back().as_object();
    EXPECT_EQ(last.at("project"), "brics.ocean");
    EXPECT_TRUE(last.at("used_bytes").is_null());
    EXPECT_TRUE(last.at("read").is_null());
    ASSERT_EQ(all.at("volumes").as_array().size(), 3U);
    EXPECT_TRUE(all.at("volumes").as_array()[1].as_object().at("read").is_null());
}

TEST_F(CliStorage, StatusAndMetricsTellOfEachVolume)
{
    fail("scratch");
    const auto status = home->run({ "status" }).text;
    EXPECT_THAT(status, testing::ContainsRegex("volume       home: read 1[0-9] min ago\n"));
    EXPECT_THAT(status, HasSubstr("volume       new: not read yet\n"));
    EXPECT_THAT(
        status, testing::ContainsRegex("volume       scratch: the last reading failed .* ago: lfs: "));
    const auto volumes = json({ "status" }).at("volumes").as_array();
    ASSERT_EQ(volumes.size(), 3U);
    EXPECT_EQ(volumes[2].as_object().at("error"), "lfs: it does not answer");

    const auto metrics = home->run({ "metrics" }).text;
    const std::string of = "{cluster=\"sandbox\",volume=\"";
    for (const auto& line : { "site_agent_storage_read_age_seconds" + of + "new\"} -1\n",
             "site_agent_storage_used_bytes" + of + "scratch\",project=\"brics.climate\"} 9663676416\n",
             "site_agent_storage_limit_bytes" + of + "scratch\",project=\"brics.climate\"} 10737418240\n",
             "site_agent_storage_limit_bytes" + of + "scratch\",project=\"brics.ocean\"} 10737418240\n",
             "site_agent_storage_used_bytes" + of + "scratch\",project=\"brics.plasma\"} 5\n" })
        EXPECT_THAT(metrics, HasSubstr(line));
    EXPECT_THAT(metrics,
        testing::ContainsRegex(
            "site_agent_storage_read_age_seconds.cluster=.sandbox.,volume=.scratch.. 6[0-9][0-9]\n"));
    for (const auto* absent :
        { "site_agent_storage_used_bytes{cluster=\"sandbox\",volume=\"scratch\",project=\"brics.ocean\"}",
            "site_agent_storage_limit_bytes{cluster=\"sandbox\",volume=\"scratch\",project=\"brics.plasma\"}",
            "u001" })
        EXPECT_THAT(metrics, Not(HasSubstr(absent)));
    std::istringstream lines(metrics);
    for (std::string line; std::getline(lines, line);)
        EXPECT_THAT(line,
            testing::MatchesRegex(
                "# (HELP|TYPE) site_agent_[a-z_]+ .+|site_agent_[a-z_]+([{].*[}])? -?[0-9]+"));
}

TEST_F(CliStorage, ReportIsTheDocumentOfWhoIsKnown)
{
    EXPECT_EQ(home->run({ "storage", "report" }).text, "{\"portal\":\"brics\",\"reports\":{}}\n");
    const auto unknown = home->run({ "storage", "report", "--project", "climate.brics" });
    EXPECT_EQ(unknown.exit.status, 1);
    EXPECT_THAT(unknown.exit.errors, HasSubstr("no project \"climate.brics\" is known"));
}

TEST_F(CliStorage, ReportIntoAFolderHasAFileForEachProjectWithFigures)
{
    Known known;
    for (unsigned number : { 1U, 2U }) {
        KnownAllocation one;
        one.uuid = *Uuid::parse(std::string(31, '0') + std::to_string(number));
        one.identifier = number == 1 ? "climate.brics" : "empty.brics";
        one.group = Name(number == 1 ? "brics.climate" : "brics.empty");
        known.emplace(one.uuid, one);
    }
    auto database = Database::open(home->path("state") / "state.db", Database::Access::write);
    ASSERT_TRUE(database) << database.error().text;
    ASSERT_TRUE((*database)->commit("testing",
        [&](Transaction& transaction) { PortalMemory(**database).save(transaction, cluster, {}, known); }));
    database->reset();
    const auto folder = home->path("out");
    const auto month = text(month_of(now));
    const auto put = home->run({ "storage", "report", "--into", folder });
    EXPECT_EQ(put.exit.status, 0) << put.exit.errors;
    EXPECT_EQ(put.text, "1 reports in " + (folder / month).string() + "\n");
    EXPECT_EQ(read_file(folder / month / "climate.brics.storage.json"),
        home->run({ "storage", "report", "--project", "climate.brics" }).text);
}

TEST_F(CliStorage, ReadNeedsToKnowWhoIsListed)
{
    const auto read = home->run({ "storage", "read" }); // no portal answers, and none ever did
    EXPECT_EQ(read.exit.status, 1);
    EXPECT_FALSE(read.exit.errors.empty());
}

TEST_F(CliStorage, WithoutVolumesItSaysSo)
{
    options.plugins = "[slurm]";
    options.slurm_more.clear();
    home->write_config(options);
    const auto shown = home->run({ "storage" });
    EXPECT_EQ(shown.exit.status, 0);
    EXPECT_EQ(shown.text, "this cluster keeps no volumes\n");
    EXPECT_TRUE(json({ "storage" }).at("levels").as_array().empty());
    EXPECT_EQ(home->run({ "storage", "--volume", "home" }).exit.errors,
        "site-agent: there is no volume \"home\"; this cluster keeps none\n");
}

TEST_F(CliStorage, WithoutAStoreItIs1)
{
    home->forget();
    EXPECT_EQ(home->run({ "storage" }).exit.status, 1);
}

} // namespace
} // namespace site
