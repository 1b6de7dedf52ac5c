// The control interface.
#include "portal_test.hpp"

namespace site {
namespace {

using Strings = std::vector<std::string>;

class ControlInterface : public PortalTest {
protected:
    std::string order(const std::string& what, std::string_view body)
    {
        const auto reply = portal.control("POST", what, body);
        return std::to_string(reply.status) + " " + reply.body;
    }
    Strings members_of(const std::string& allocation)
    {
        return column(get(associations + ("?allocation_uuid=" + allocation)), "username");
    }
};

TEST_F(ControlInterface, AddsAMemberWithNamesTakenFromTheAllocation)
{
    EXPECT_EQ(order("members/add", R"({"allocation":"climate","username":"u012"})").substr(0, 3), "201");
    const auto row = parsed(get(associations + ("?page=last&allocation_uuid=" + std::string(climate)))).at(4);
    EXPECT_EQ(row.at("username"), "u012");
    EXPECT_EQ(row.at("groupname"), "brics.climate");
    EXPECT_EQ(row.at("useridentifier"), "u012.climate.brics");
}

TEST_F(ControlInterface, AddsAMemberThatIsNotReadyAndNamesItLater)
{
    const auto added
        = parsed(portal.control("POST", "members/add", R"({"allocation":"climate","username":null})"));
    const std::string uuid(added.at("uuid").as_string());
    EXPECT_EQ(parsed(get(associations + uuid + "/")).at("useridentifier"), nullptr);
    EXPECT_EQ(order("members/set",
                  R"({"uuid":")" + uuid + R"(","new_username":"u012","groupname":"brics.climate"})")
                  .substr(0, 3),
        "200");
    EXPECT_EQ(parsed(get(associations + uuid + "/")).at("username"), "u012");
}

TEST_F(ControlInterface, DropsAMember)
{
    EXPECT_EQ(order("members/drop", R"({"allocation":"climate","username":"u002"})"), R"(200 {"dropped":1})");
    EXPECT_EQ(members_of(climate), (Strings { "u001", "u003", "u004" }));
    EXPECT_EQ(order("members/drop", R"({"allocation":"climate","username":"u002"})"),
        R"(404 {"error":"no member \"u002\""})");
}

TEST_F(ControlInterface, SetsTheFieldsOfAnAllocation)
{
    EXPECT_EQ(
        order("allocations/set",
            R"({"allocation":"a110c000-0000-4000-8000-000000000001","node_limit":0,"node_usage":"3.25","is_active":false,"state":"DELETING","groupname":null,"backend_id":"x.brics"})")
            .substr(0, 3),
        "200");
    EXPECT_EQ(get(allocations + std::string(climate)
                  + "/?field=node_limit&field=node_usage&field=is_active&field=state&field=groupname&field="
                    "backend_id")
                  .body,
        R"({"state":"DELETING","backend_id":"x.brics","node_limit":0,"groupname":null,"node_usage":"3.25","is_active":false})");
}

TEST_F(ControlInterface, AWrongSettingChangesNothing)
{
    EXPECT_EQ(order("allocations/set", R"({"allocation":"climate","node_limit":5,"colour":"red"})"),
        R"(400 {"error":"unknown setting \"colour\""})");
    EXPECT_EQ(order("allocations/set", R"({"allocation":"climate","node_limit":"many"})"),
        R"(400 {"error":"\"node_limit\" is of the wrong type"})");
    EXPECT_EQ(order("allocations/set", R"({"allocation":"none","node_limit":5})"),
        R"(404 {"error":"no allocation \"none\""})");
    EXPECT_EQ(order("somewhere", "{}"), R"(404 {"error":"nothing here"})");
    EXPECT_EQ(order("allocations/set", "no json"), R"(400 {"error":"a JSON object is needed"})");
    EXPECT_EQ(parsed(get(allocations + std::string(climate) + "/")).at("node_limit"), 1000);
}

TEST_F(ControlInterface, AddsAnAllocationInTheFormOfTheYaml)
{
    const auto added = parsed(portal.control("POST", "allocations/add",
        R"({"name":"solar","project":"Ocean","instance":"OpenPortal brics","backend_id":"solar.brics","groupname":"brics.solar",
                "node_limit":50,"resource":{"offering":"HPC hours"},"members":[{"username":"u003","useridentifier":"ana.solar.brics"}]})"));
    const std::string uuid(added.at("uuid").as_string());
    EXPECT_EQ(members_of(uuid), Strings { "u003" });
    EXPECT_EQ(get(resources + std::string(added.at("resource_uuid").as_string()) + "/").status, 200);
    EXPECT_EQ(parsed(get(allocations + uuid + "/")).at("project_name"), "Ocean");
    EXPECT_EQ(order("allocations/add", R"({"name":"x","project":"None"})"),
        R"(400 {"error":"no project is named \"None\""})");
    EXPECT_EQ(order("allocations/add", R"({"name":"x","size":1})").substr(0, 3), "400");
}

TEST_F(ControlInterface, DropsAnAllocationWithItsMembers)
{
    EXPECT_EQ(order("allocations/drop", R"({"allocation":"climate"})").substr(0, 3), "200");
    EXPECT_EQ(get(allocations + std::string(climate) + "/").status, 404);
    EXPECT_EQ(get(associations).header("X-Result-Count"), "13");
    EXPECT_EQ(parsed(get(std::string(resources) + climate_resource + "/")).at("state"), "Terminated");
}

TEST_F(ControlInterface, SetsTheFlagsOfAResource)
{
    EXPECT_EQ(
        order("resources/set",
            R"({"resource":"climate","paused":true,"downscaled":true,"restrict_member_access":true,"limits":{"storage":9}})")
            .substr(0, 3),
        "200");
    EXPECT_EQ(get(std::string(resources) + climate_resource
                  + "/?field=paused&field=downscaled&field=restrict_member_access&field=limits")
                  .body,
        R"({"limits":{"storage":9},"paused":true,"downscaled":true,"restrict_member_access":true})");
}

TEST_F(ControlInterface, SetsTheClock)
{
    EXPECT_EQ(portal.control("GET", "clock").body,
        R"({"epoch":1786530600,"now":"2026-08-12T10:30:00Z","month":"2026-08-01","stands":true})");
    EXPECT_EQ(order("clock", R"({"epoch":1788220800})"),
        R"(200 {"epoch":1788220800,"now":"2026-09-01T00:00:00Z","month":"2026-09-01","stands":true})");
    EXPECT_EQ(order("clock", R"({"advance":-1})"),
        R"(200 {"epoch":1788220799,"now":"2026-08-31T23:59:59Z","month":"2026-08-01","stands":true})");
    EXPECT_EQ(parsed(portal.control("POST", "clock", R"({"run":true})")).at("stands"), false);
    EXPECT_EQ(order("clock", R"({"epoch":"now"})").substr(0, 3), "400");
}

TEST_F(ControlInterface, ReadsBackWhatWasReported)
{
    set_usage(R"([{"type":"node","amount":"1.50"}])");
    post(component_usages + usage_uuid("node") + "/set_user_usages/",
        R"({"usages":[{"username":"u001","usage":"1.50"}]})");
    EXPECT_EQ(column(portal.control("GET", "component_usages/"), "usage"), Strings { "1.50" });
    EXPECT_EQ(column(portal.control("GET", "user_usages/"), "username"), Strings { "u001" });
    EXPECT_EQ(column(portal.control("GET", "resources/"), "name").size(), 6u);
    EXPECT_EQ(column(portal.control("GET", "associations/"), "username").size(), 17u);
    EXPECT_EQ(column(portal.control("GET", "allocations/"), "state").size(), 6u);
}

TEST_F(ControlInterface, CountsRequestsButNotItsOwn)
{
    get(allocations + std::string("?page=1"));
    get(allocations);
    portal.ask("HEAD", allocations, "", { { "User-Agent", "agent/1" } });
    EXPECT_EQ(portal.requests(), 3u);
    EXPECT_EQ(portal.requests("GET /api/openportal-allocations/"), 2u);
    EXPECT_EQ(portal.requests("HEAD /api/openportal-allocations/"), 1u);
    const auto last = parsed(portal.control("GET", "requests")).at("recent").at(2);
    EXPECT_EQ(json::serialize(last),
        R"({"method":"HEAD","target":"/api/openportal-allocations/","status":200,"user_agent":"agent/1"})");
    EXPECT_EQ(portal.control("DELETE", "requests/").status, 204);
    EXPECT_EQ(portal.requests(), 0u);
}

TEST_F(ControlInterface, CountsConnections)
{
    const auto before = parsed(portal.control("GET", "requests")).at("connections").as_int64();
    get(allocations);
    EXPECT_EQ(parsed(portal.control("GET", "requests")).at("connections").as_int64(), before + 2);
}

} // namespace
} // namespace site
