#include "portal/portal.hpp"
#include "store/ledger.hpp"
#include "store/portal_memory.hpp"
#include "support/agent_home.hpp"
#include "system/clock.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace site {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Month march = std::chrono::year { 2025 } / std::chrono::March;

/// The program with the ledger of a past month, and of the present one with limits.
struct CliUsage : testing::Test {
    CliUsage()
    {
        const auto database = Database::open(home.path("state") / "state.db", Database::Access::write);
        EXPECT_TRUE(database);
        Ledger ledger(**database);
        PortalMemory memory(**database);
        const auto done = (*database)->commit("testing", [&](Transaction& transaction) {
            for (unsigned date = 1; date <= 31; ++date)
                put(ledger, transaction, march, date);
            put(ledger, transaction, present, static_cast<unsigned>(today().day()));
            memory.save(transaction, cluster, {}, known());
            memory.save_snapshot(transaction, cluster, now, to_snapshot_text(listing()));
        });
        EXPECT_TRUE(done) << done.error().text;
    }

    /// A day read to its end, on which climate had 10 node-hours of mia and 20 of tom, ocean one of mia.
    void put(Ledger& ledger, Transaction& transaction, Month month, unsigned date) const
    {
        const Day day = month / std::chrono::day { date };
        const auto row = [&](const char* account, const char* user, std::uint64_t hours) {
            return LedgerRow { .day = day,
                .month = month,
                .account = Name(account),
                .user = Name(user),
                .spent = { .node_seconds = hours * 3600, .cpu_seconds = hours * 7200 },
                .jobs = 1 };
        };
        ledger.replace_day(transaction, cluster,
            { .day = day, .read = std::min(now, Instant { day + std::chrono::days { 1 } }), .whole = true },
            std::vector { row("brics.climate", "mia", 10), row("brics.climate", "tom", 20),
                row("brics.ocean", "mia", 1) });
    }
    [[nodiscard]] std::chrono::year_month_day today() const { return { day_of(now) }; }
    static Uuid uuid(char last)
    {
        return *Uuid::parse("a110c000-0000-4000-8000-00000000000" + std::string(1, last));
    }
    static AllocationRow allocation(char id, const char* group, std::int64_t limit)
    {
        AllocationRow row;
        row.uuid = uuid(id);
        row.name = group;
        row.groupname = group;
        row.node_limit = limit;
        row.service_settings = *Uuid::parse("5e771465-0000-4000-8000-000000000001");
        return row;
    }
    /// Ocean's name is held by its first allocation; the second only shares it.
    [[nodiscard]] Listing listing() const
    {
        return { .allocations = { allocation('1', "brics.climate", 120), allocation('2', "brics.ocean", 0),
                     allocation('0', "brics.ocean", 777) },
            .associations = {},
            .taken = now };
    }
    static Known known()
    {
        Known all;
        for (const char id : { '0', '1', '2' }) {
            auto& one = all[uuid(id)];
            one.uuid = uuid(id);
            one.group = Name(id == '1' ? "brics.climate" : "brics.ocean");
            one.identifier = id == '1' ? "climate.brics" : "ocean.brics";
            one.shares = id == '0';
        }
        return all;
    }

    std::string shown(std::vector<std::string> words, int status = 0)
    {
        words.insert(words.begin(), "usage");
        const auto output = home.run(words);
        EXPECT_EQ(output.exit.status, status) << output.exit.errors;
        return output.text + output.exit.errors;
    }
    std::string of_march(std::vector<std::string> words)
    {
        words.insert(words.end(), { "--month", "2025-03" });
        return shown(std::move(words));
    }
    boost::json::object json(std::vector<std::string> words)
    {
        words.insert(words.begin(), { "--format", "json" });
        return boost::json::parse(shown(std::move(words))).as_object();
    }
    /// What a program of Python makes of it; a test fails when it ends with an error.
    static std::string python(const std::string& program, std::vector<std::string> words,
        std::vector<std::pair<std::string, std::string>> environment = {})
    {
        Command command { "/usr/bin/python3", { "-c", program } };
        command.arguments.insert(command.arguments.end(), words.begin(), words.end());
        command.environment = std::move(environment);
        command.environment.emplace_back("ASAN_OPTIONS", "verify_asan_link_order=0");
        const auto output = SystemRunner().run(command);
        EXPECT_TRUE(output) << output.error().text;
        EXPECT_EQ(output->exit.status, 0) << output->exit.errors;
        return output->text;
    }
    /// `usage` of March in a terminal so wide.
    std::string in_terminal(int width, std::vector<std::pair<std::string, std::string>> environment)
    {
        static constexpr auto terminal = R"(
import fcntl, os, pty, struct, sys, termios
child, screen = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
said = b""
try:
    while chunk := os.read(screen, 4096):
        said += chunk
except OSError:
    pass # the terminal's other end is closed
sys.stdout.buffer.write(said.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
)";
        return python(terminal,
            { std::to_string(width), agent_program(), "--config", home.config_file(), "usage", "--month",
                text(present), "--project", "climate.brics" },
            std::move(environment));
    }

    const Name cluster { "sandbox" };
    const Instant now = SystemClock().now();
    const Month present = month_of(now);
    AgentHome home { { .portal_url = "http://127.0.0.1:9" } }; // nobody asks it
};

TEST_F(CliUsage, ShowsAPastMonthWithoutLimitsAndWithWhatWasUsedAtItsEnd)
{
    EXPECT_EQ(of_march({}), R"(usage of 2025-03 in hours, by our ledger
ACCOUNT        JOBS  NODE-H  AT-END    CPU-H  GPU-H  GB-H
brics.climate    62  930.00  930.00  1860.00   0.00  0.00
brics.ocean      31   31.00   31.00    62.00   0.00  0.00
TOTAL            93  961.00  961.00  1922.00   0.00  0.00
)");
}

TEST_F(CliUsage, IsNarrowedToAProjectByEitherOfItsNamesOrToAUser)
{
    const auto by_account = of_march({ "--project", "brics.climate" });
    EXPECT_THAT(by_account, HasSubstr("brics.climate"));
    EXPECT_THAT(by_account, Not(HasSubstr("ocean")));
    EXPECT_EQ(of_march({ "--project", "climate.brics" }), by_account);
    EXPECT_EQ(of_march({ "--user", "mia" }), R"(usage of 2025-03 in hours, by our ledger
ACCOUNT        USER  JOBS  NODE-H  AT-END   CPU-H  GPU-H  GB-H
brics.climate  mia     31  310.00  310.00  620.00   0.00  0.00
brics.ocean    mia     31   31.00   31.00   62.00   0.00  0.00
TOTAL                  62  341.00  341.00  682.00   0.00  0.00
)");
    EXPECT_THAT(of_march({ "--project", "climate.brics", "--by-user" }), HasSubstr("\nbrics.climate  tom "));
    EXPECT_THAT(of_march({ "--user", "nobody" }), HasSubstr("no usage"));
    EXPECT_EQ(
        shown({ "--project", "tundra.brics" }, 1), "site-agent: no project \"tundra.brics\" is known\n");
}

TEST_F(CliUsage, TheLimitIsThatOfTheAllocationThatHoldsTheName)
{
    const auto usage = json({ "--month", text(present) }).at("usage").as_array();
    ASSERT_EQ(usage.size(), 2U);
    const auto& climate = usage[0].as_object();
    EXPECT_EQ(climate.at("limit_node_seconds").to_number<std::uint64_t>(), 120U * 3600);
    EXPECT_EQ(climate.at("left_node_seconds").to_number<std::uint64_t>(), 90U * 3600);
    EXPECT_EQ(climate.at("percent").to_number<std::uint64_t>(), 25U);
    const auto& ocean = usage[1].as_object();
    EXPECT_EQ(ocean.at("limit_node_seconds").to_number<std::uint64_t>(), 0U);
    EXPECT_FALSE(ocean.contains("percent"));
}

TEST_F(CliUsage, JsonHasTheDaysAndThoseThatWereNotRead)
{
    const auto past = json({ "--month", "2025-03" });
    EXPECT_TRUE(past.at("whole").as_bool());
    EXPECT_TRUE(past.at("missing_days").as_array().empty());
    EXPECT_EQ(past.at("total").at("days").as_array().size(), 31U);
    EXPECT_EQ(
        past.at("usage").as_array()[1].at("projection_node_seconds").to_number<std::uint64_t>(), 31U * 3600);
    const auto unread = json({ "--month", "2025-04" });
    EXPECT_FALSE(unread.at("whole").as_bool());
    EXPECT_EQ(unread.at("missing_days").as_array().size(), 30U);
    EXPECT_FALSE(unread.contains("counted"));
}

TEST_F(CliUsage, CsvIsReadByASpreadsheetAndIsOfUsageAlone)
{
    const auto csv = of_march({ "--format", "csv", "--by-user" });
    std::ofstream(home.path("usage.csv"), std::ios::binary) << csv;
    EXPECT_EQ(
        python("import csv, sys\n"
               "for row in csv.DictReader(open(sys.argv[1], newline='')):\n"
               "    print(row['month'], row['account'], row['user'], row['node_seconds'], row['cpu_hours'])",
            { home.path("usage.csv") }),
        "2025-03 brics.climate mia 1116000 620.0000\n"
        "2025-03 brics.climate tom 2232000 1240.0000\n"
        "2025-03 brics.ocean mia 111600 62.0000\n");
    for (const auto* command : { "status", "plan", "outbox" })
        EXPECT_EQ(home.run({ command, "--format", "csv" }).exit.status, 64) << command;
    EXPECT_EQ(home.run({ "usage", "collect", "--format", "csv" }).exit.status, 64);
}

TEST_F(CliUsage, SvgIsXmlInAFileBesideTheAnswer)
{
    const auto file = home.path("month.svg");
    EXPECT_EQ(of_march({ "--svg", file.string(), "--project", "climate.brics" }),
        of_march({ "--project", "climate.brics" }));
    EXPECT_EQ(python("import sys, xml.etree.ElementTree as tree\n"
                     "svg = tree.parse(sys.argv[1]).getroot()\n"
                     "print(svg.tag, svg[0].text, svg[1].text, sep='\\n')",
                  { file }),
        "{http://www.w3.org/2000/svg}svg\nNode-hours of 2025-03: climate.brics\n"
        "Used: 930.00 node-hours, counted up to 2025-04-01T00:00:00Z.\n");
    EXPECT_EQ(std::filesystem::status(file).permissions(), std::filesystem::perms { 0640 });
    EXPECT_THAT(shown({ "--svg", "/nowhere/month.svg" }, 1), HasSubstr("/nowhere"));
}

TEST_F(CliUsage, ATerminalGetsABarOfWhatItCanShow)
{
    const std::pair<std::string, std::string> utf8 { "LC_ALL", "C.UTF-8" };
    const std::pair<std::string, std::string> xterm { "TERM", "xterm" };
    const auto blocks = in_terminal(120, { utf8, xterm });
    EXPECT_THAT(blocks, HasSubstr("█"));
    EXPECT_THAT(blocks, HasSubstr("\033["));
    const auto dull = in_terminal(120, { utf8, xterm, { "NO_COLOR", "1" } });
    EXPECT_THAT(dull, HasSubstr("█"));
    EXPECT_THAT(dull, Not(HasSubstr("\033[")));
    for (const auto& environment :
        { std::vector { std::pair<std::string, std::string> { "LC_ALL", "C" }, xterm },
            std::vector { utf8, std::pair<std::string, std::string> { "TERM", "dumb" } } }) {
        const auto ascii = in_terminal(120, environment);
        EXPECT_THAT(ascii, HasSubstr("[####"));
        EXPECT_THAT(ascii, Not(HasSubstr("█")));
    }
    EXPECT_THAT(in_terminal(60, { utf8, xterm }), Not(HasSubstr("█")));
    EXPECT_THAT(shown({}), Not(HasSubstr("█")));
}

TEST_F(CliUsage, WithoutAStoreItIs1)
{
    home.forget();
    shown({}, 1);
}

} // namespace
} // namespace site
