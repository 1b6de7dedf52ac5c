// How the program starts, keeps its data and ends.
#include "certificate.hpp"
#include "portal_test.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace site {
namespace {

using Strings = std::vector<std::string>;

class Folder {
public:
    Folder()
    {
        std::string name = testing::TempDir() + "portal-XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string file(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

std::string contents(const std::string& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

TEST(Start, AnswersOnThePortThatItPrints)
{
    PortalProcess portal;
    EXPECT_EQ(portal.url(), "http://127.0.0.1:" + std::to_string(portal.port()));
    EXPECT_EQ(portal.ask("GET", "/api/version/").body, R"({"version":"8.1.2","latest_version":"8.1.2"})");
}

TEST(Start, EndsCleanlyWhenAskedTo)
{
    PortalProcess portal;
    portal.ask("GET", allocations);
    EXPECT_EQ(portal.stop(), 0);
}

TEST(Start, EndsCleanlyInTheMiddleOfAnAnswer)
{
    PortalProcess portal;
    portal.fault(R"({"kind":"delay","delay_ms":600000,"match":{"path":"/api/version/"}})");
    const int child = ::fork();
    if (child == 0) {
        portal.ask("GET", "/api/version/");
        ::_exit(0);
    }
    while (portal.requests("GET /api/version/") == 0) { }
    EXPECT_EQ(portal.stop(), 0);
    ::waitpid(child, nullptr, 0);
}

TEST(Start, ServesManyClientsAtOnce)
{
    PortalProcess portal;
    std::vector<std::thread> clients;
    std::atomic<int> whole { 0 };
    for (int i = 0; i < 8; ++i)
        clients.emplace_back([&] {
            for (int n = 0; n < 10; ++n)
                whole += column(portal.ask("GET", allocations), "name").size() == 6 ? 1 : 0;
        });
    for (auto& client : clients)
        client.join();
    EXPECT_EQ(whole, 80);
    EXPECT_EQ(portal.requests("GET /api/openportal-allocations/"), 80u);
    EXPECT_EQ(portal.stop(), 0);
}

TEST(Start, KeepsItsDataAndDoesNotLoadTwice)
{
    const Folder folder;
    PortalProcess portal({ .arguments = { "--db", folder.file("portal.db") } });
    portal.control("POST", "allocations/set", R"({"allocation":"climate","node_limit":7})");
    portal.control("POST", "members/drop", R"({"allocation":"climate","username":"u002"})");
    ASSERT_EQ(portal.stop(), 0);
    portal.start();
    EXPECT_EQ(column(portal.ask("GET", "/api/openportal-allocations/?name_exact=climate"), "node_limit"),
        Strings { "7" });
    EXPECT_EQ(portal.ask("GET", associations).header("X-Result-Count"), "16");
}

TEST(Start, LogsOneLineARequest)
{
    const Folder folder;
    PortalProcess portal({ .arguments = { "--log", folder.file("log") } });
    portal.ask("GET", "/api/version/?x=1");
    portal.ask("POST", "/api/nothing/");
    portal.fault(R"({"kind":"reset"})");
    portal.ask("GET", allocations);
    EXPECT_EQ(contents(folder.file("log")),
        "GET /api/version/?x=1 200\nPOST /api/nothing/ 404\nGET /api/openportal-allocations/ reset\n");
}

TEST(Start, ServesHttps)
{
    const Folder folder;
    write_certificate(folder.file("cert.pem"), folder.file("key.pem"));
    PortalProcess portal(
        { .arguments = { "--tls-cert", folder.file("cert.pem"), "--tls-key", folder.file("key.pem") } });
    EXPECT_TRUE(portal.url().starts_with("https://127.0.0.1:"));
    const auto reply = portal.ask("GET", allocations);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.error, "");
    EXPECT_TRUE(column(reply, "url").front().starts_with(portal.url() + allocations));
    portal.fault(R"({"kind":"truncate"})");
    EXPECT_EQ(portal.ask("GET", allocations).error, "the body is cut short");
    portal.fault(R"({"kind":"reset"})");
    EXPECT_EQ(portal.ask("GET", allocations).status, 0);
    EXPECT_EQ(portal.stop(), 0);
}

TEST(Start, DiesWithItsParent)
{
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const int child = ::fork();
    if (child == 0) {
        const PortalProcess portal;
        const int pid = portal.pid();
        const auto written = ::write(ends[1], &pid, sizeof pid);
        ::_exit(written == sizeof pid ? 0 : 1); // no destructor: the portal is left alone
    }
    int portal = -1;
    ASSERT_EQ(::read(ends[0], &portal, sizeof portal), static_cast<ssize_t>(sizeof portal));
    ::close(ends[0]);
    ::close(ends[1]);
    int status = -1;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(::waitpid(portal, &status, 0), portal);
}

TEST(Start, GeneratesAPortalOfTheWantedSize)
{
    PortalProcess portal({ .sample = false, .arguments = { "--generate", "1000x5" } });
    const auto first = portal.ask("GET", "/api/openportal-allocations/?page_size=2&page=1");
    EXPECT_EQ(first.header("X-Result-Count"), "1000");
    EXPECT_EQ(column(first, "groupname"), (Strings { "brics.g0001", "brics.g0002" }));
    EXPECT_EQ(column(first, "backend_id"), (Strings { "g0001.brics", "g0002.brics" }));
    const auto members = portal.ask("GET", "/api/openportal-associations/?page_size=6");
    EXPECT_EQ(members.header("X-Result-Count"), "5000");
    EXPECT_EQ(column(members, "username"),
        (Strings { "g0001m1", "g0001m2", "g0001m3", "g0001m4", "g0001m5", "g0002m1" }));
    EXPECT_EQ(column(members, "useridentifier").front(), "m1.g0001.brics");
}

TEST(Start, GeneratesTheSamePortalEveryTime)
{
    PortalProcess one({ .now = midmonth, .arguments = { "--generate", "20x3" } });
    PortalProcess two({ .now = midmonth, .arguments = { "--generate", "20x3" } });
    const auto target = "/api/openportal-associations/?page_size=300";
    EXPECT_EQ(column(one.ask("GET", target), "uuid"), column(two.ask("GET", target), "uuid"));
    EXPECT_EQ(one.ask("GET", target).header("X-Result-Count"), "77");
}

TEST(Start, RefusesYamlWithAnUnknownKeyAndSaysWhere)
{
    const Folder folder;
    std::ofstream(folder.file("wrong.yaml")) << "customers:\n  - { name: A, colour: red }\n";
    EXPECT_THROW(PortalProcess({ .sample = false, .arguments = { "--load", folder.file("wrong.yaml") } }),
        std::runtime_error);
}

TEST(Start, RefusesAnAllocationOfAProjectThatIsNotThere)
{
    const Folder folder;
    std::ofstream(folder.file("wrong.yaml"))
        << "instances: [{ name: I }]\nallocations:\n  - { name: a, project: None, instance: I }\n";
    EXPECT_THROW(PortalProcess({ .sample = false, .arguments = { "--load", folder.file("wrong.yaml") } }),
        std::runtime_error);
}

TEST(Start, RefusesAWrongZone)
{
    EXPECT_THROW(PortalProcess({ .arguments = { "--zone", "Mars" } }), std::runtime_error);
}

} // namespace
} // namespace site
