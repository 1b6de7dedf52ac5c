// What an agent reports about a resource.
#include "portal_test.hpp"

namespace site {
namespace {

class Resources : public PortalTest {
protected:
    PortalProcess::Reply act(const std::string& action, std::string_view body = "")
    {
        return post(std::string(resources) + climate_resource + "/" + action + "/", body);
    }
    json::value resource() { return parsed(get(std::string(resources) + climate_resource_dashed + "/")); }
    json::value allocation() { return parsed(get(std::string(allocations) + climate + "/")); }
    void set(const std::string& settings)
    {
        ASSERT_EQ(
            portal.control("POST", "resources/set", R"({"resource":"climate",)" + settings + "}").status,
            200);
    }
};

std::string shown(const PortalProcess::Reply& reply)
{
    return std::to_string(reply.status) + " " + reply.body;
}

TEST_F(Resources, ListNarrowsAndSorts)
{
    const auto names = [&](const std::string& query) {
        std::string all;
        for (const auto& name : column(get(resources + query), "name"))
            all += name + " ";
        return all;
    };
    set(R"("paused":true,"backend_id":"acc")");
    EXPECT_EQ(
        names("?offering_uuid=0ffe2146000040008000000000000001&o=-name"), "plasma ocean genome climate ");
    EXPECT_EQ(names("?paused=true"), "climate ");
    EXPECT_EQ(names("?backend_id=acc"), "climate ");
    EXPECT_EQ(names("?state=Erred&state=Creating"), "");
    EXPECT_EQ(names("?state=wrong&name_exact=beta"), "beta ");
    EXPECT_EQ(get(std::string(resources) + climate_resource + "/?field=limits&field=paused").body,
        R"({"limits":{"storage":500},"paused":true})");
}

TEST_F(Resources, SetBackendIdSaysWhetherItChanged)
{
    EXPECT_EQ(shown(act("set_backend_id", R"({"backend_id":"acc1"})")),
        R"(200 {"status":"Resource backend_id has been changed."})");
    EXPECT_EQ(shown(act("set_backend_id", R"({"backend_id":"acc1"})")),
        R"(200 {"status":"Resource backend_id is not changed."})");
    EXPECT_EQ(resource().at("backend_id"), "acc1");
}

TEST_F(Resources, SetBackendIdRefusesOneThatIsTaken)
{
    portal.control("POST", "resources/set", R"({"resource":"ocean","backend_id":"acc2"})");
    EXPECT_EQ(act("set_backend_id", R"({"backend_id":"acc2"})").status, 400);
    EXPECT_EQ(resource().at("backend_id"), "");
}

TEST_F(Resources, SetBackendMetadataReplacesTheWholeMap)
{
    EXPECT_EQ(act("set_backend_metadata", R"({"backend_metadata":{"a":1}})").status, 200);
    EXPECT_EQ(act("set_backend_metadata", R"({"backend_metadata":{"b":"x"}})").status, 200);
    EXPECT_EQ(json::serialize(resource().at("backend_metadata")), R"({"b":"x"})");
    EXPECT_EQ(
        shown(act("set_backend_metadata", "{}")), R"(400 {"backend_metadata":["This field is required."]})");
}

TEST_F(Resources, RefreshLastSyncStampsTheClock)
{
    EXPECT_EQ(resource().at("last_sync"), "2026-08-12T10:30:00Z");
    portal.control("POST", "clock", R"({"advance":60})");
    const auto reply = act("refresh_last_sync");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.header("Content-Type"), "");
    EXPECT_EQ(resource().at("last_sync"), "2026-08-12T10:31:00Z");
}

TEST_F(Resources, ErredAndOkMoveTheAllocationToo)
{
    EXPECT_EQ(shown(act("set_as_erred", R"({"error_message":"no such account"})")), "200 ");
    EXPECT_EQ(resource().at("state"), "Erred");
    EXPECT_EQ(resource().at("error_message"), "no such account");
    EXPECT_EQ(allocation().at("state"), "ERRED");
    EXPECT_EQ(allocation().at("error_message"), "no such account");
    EXPECT_EQ(allocation().at("marketplace_resource_state"), "Erred");

    EXPECT_EQ(shown(act("set_as_ok")), "200 ");
    EXPECT_EQ(resource().at("state"), "OK");
    EXPECT_EQ(resource().at("error_message"), "");
    EXPECT_EQ(allocation().at("state"), "OK");
    EXPECT_EQ(allocation().at("error_message"), "");
}

TEST_F(Resources, ErredWithoutATextKeepsTheOldOne)
{
    act("set_as_erred", R"({"error_message":"first"})");
    EXPECT_EQ(act("set_as_erred", "{}").status, 200);
    EXPECT_EQ(resource().at("error_message"), "first");
}

TEST_F(Resources, SetAsOkDoesNothingFromOkAndConflictsFromTerminated)
{
    portal.control("POST", "allocations/set", R"({"allocation":"climate","state":"UPDATING"})");
    EXPECT_EQ(act("set_as_ok").status, 200);
    EXPECT_EQ(allocation().at("state"), "UPDATING");
    set(R"("state":"Terminated")");
    EXPECT_EQ(act("set_as_ok").status, 409);
}

TEST_F(Resources, SetStateOkConflictsTheSecondTime)
{
    set(R"("state":"Updating")");
    EXPECT_EQ(shown(act("set_state_ok")), R"(200 {"status":"Resource state has been set to OK."})");
    EXPECT_EQ(act("set_state_ok").status, 409);
    set(R"("state":"Terminated")");
    EXPECT_EQ(act("set_state_ok").status, 409);
}

TEST_F(Resources, AnActionOnAMissingResourceIsNotFound)
{
    EXPECT_EQ(
        shown(post("/api/marketplace-provider-resources/ffffffffffffffffffffffffffffffff/set_as_ok/", "")),
        R"(404 {"detail":"Not found."})");
}

} // namespace
} // namespace site
