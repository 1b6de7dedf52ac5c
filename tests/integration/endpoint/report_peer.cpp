#include "integration/endpoint/report_peer.hpp"

#include "store/ledger.hpp"
#include "store/storage_levels.hpp"
#include "support/background_agent.hpp"
#include "support/fake_slurm.hpp"
#include "support/portal_process.hpp"

namespace site {
namespace {

constexpr std::uint64_t gibi = 1UL << 30;
constexpr std::array projects { "climate", "genome", "ocean", "plasma" };
constexpr std::array read_at { "2026-09-29T10:00:00Z", "2026-09-30T10:00:00Z", "2026-10-19T10:00:00Z",
    "2026-10-20T10:00:00Z" };

class PortalPeer : public ReportPeer {
public:
    PortalPeer()
    {
        for (const int month : { 9, 10 })
            for (const std::string name : projects) {
                const auto project = name + ".brics";
                const auto key = R"("year":2026,"month":)" + std::to_string(month)
                    + R"(,"project_identifier":")" + project + R"(","resource":"brics.sandbox")";
                const std::string day = month == 9 ? "2026-09-30" : "2026-10-20";
                put("storage_reports/set",
                    "{" + key + R"(,"report":{"project":")" + project + R"(","generated_at":")" + day
                        + R"(T10:00:00Z","project_quotas":{"scratch":{"limit":"10.00 GB","usage":"2.00 GB"}},)"
                          R"("user_quotas":{},"users":{}}})");
                put("usage_reports/set",
                    "{" + key + R"(,"is_complete":)" + (month == 9 ? "true" : "false")
                        + R"(,"report":{"project":")" + project + R"(","users":{},"reports":{")" + day
                        + R"(":{"reports":{"u001":{"seconds":3600}},"is_complete":true}}}})");
            }
    }
    [[nodiscard]] ListenAddress where() const override
    {
        return { .host = "127.0.0.1", .port = portal_.port() };
    }

private:
    void put(const std::string& what, const std::string& report)
    {
        const auto reply = portal_.control("POST", what, report);
        EXPECT_EQ(reply.status, 201) << reply.body;
    }

    PortalProcess portal_;
};

class AgentPeer : public ReportPeer {
public:
    AgentPeer()
    {
        std::filesystem::remove(std::filesystem::path(slurm_.programs()) / "data/sacct"); // no usage of today
        slurm_.answer("sacctmgr.show.assoc", "root||||1|||||normal|\nroot|root||||||||normal|\n");
        slurm_.answer("sacctmgr.show.account", "root|default root account|root\n");
        AgentHome::Options options;
        options.portal_url = portal_.url();
        options.programs = slurm_.programs();
        options.resolve_people = false;
        home_ = std::make_unique<AgentHome>(options);
        write_file(home_->path("endpoint-token"), token() + "\n");
        options.more = "endpoint: {listen: \"127.0.0.1:" + std::to_string(port_)
            + "\", token_file: " + home_->path("endpoint-token").string() + "}\n";
        home_->write_config(options);
        fill_store();
        service_ = std::make_unique<BackgroundAgent>(*home_, std::vector<std::string> { "run" });
        EXPECT_TRUE(service_->says("cycle: 4 allocations"));
    }
    [[nodiscard]] ListenAddress where() const override { return { .host = "127.0.0.1", .port = port_ }; }

private:
    void fill_store()
    {
        auto store = Database::open(home_->path("state") / "state.db", Database::Access::write);
        ASSERT_TRUE(store) << store.error().text;
        const auto done = (*store)->commit("filling the store", [&](Transaction& transaction) {
            StorageLevels levels(**store);
            for (const auto* when : read_at) {
                std::vector<StorageLevel> read;
                for (const std::string project : projects)
                    read.push_back({ .holder = { Name("brics." + project), {} },
                        .used_bytes = 2 * gibi,
                        .limit_bytes = 10 * gibi });
                levels.put(
                    transaction, Name { "sandbox" }, "scratch", *parse_instant(when), Seconds { 0 }, read);
            }
            fill_ledger(**store, transaction);
        });
        ASSERT_TRUE(done) << done.error().text;
    }

    /// Each day of September, and October's up to the 20th; usage on the last day of either.
    static void fill_ledger(const Database& store, Transaction& transaction)
    {
        const auto september = std::chrono::year { 2026 } / std::chrono::September;
        const Day last = Day { (september + std::chrono::months { 1 }) / 20 };
        for (Day day { september / 1 }; day <= last; day += std::chrono::days { 1 }) {
            std::vector<LedgerRow> rows;
            if (day == last || day == Day { september / 30 })
                for (const std::string project : projects)
                    rows.push_back({ .day = day,
                        .month = month_of(Instant { day }),
                        .account = Name("brics." + project),
                        .user = Name("u001"),
                        .spent = { .node_seconds = 3600 },
                        .jobs = 1 });
            Ledger(store).replace_day(transaction, Name { "sandbox" },
                { .day = day,
                    .read = Instant { day } + std::chrono::days { 4 },
                    .whole = true,
                    .final = true,
                    .job_rows = rows.size() },
                rows);
        }
    }

    const std::uint16_t port_ = free_port();
    FakeSlurm slurm_;
    PortalProcess portal_;
    std::unique_ptr<AgentHome> home_;
    std::unique_ptr<BackgroundAgent> service_;
};

} // namespace

std::string ReportPeer::token()
{
    return PortalProcess::token();
}

HttpReply ReportPeer::ask(
    const std::string& method, const std::string& target, const std::string& headers) const
{
    return site::ask(where(), method, target, headers);
}

std::unique_ptr<ReportPeer> portal_peer()
{
    return std::make_unique<PortalPeer>();
}

std::unique_ptr<ReportPeer> agent_peer()
{
    return std::make_unique<AgentPeer>();
}

std::uint16_t free_port()
{
    const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* bound = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd.number(), bound, size), 0);
    EXPECT_EQ(::getsockname(fd.number(), bound, &size), 0);
    return ntohs(address.sin_port);
}

} // namespace site
