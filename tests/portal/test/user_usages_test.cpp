// The shares of users: set_user_usage, set_user_usages and their list.
#include "portal_test.hpp"

namespace site {
namespace {

class UserUsages : public PortalTest {
protected:
    std::string record; // of this month's node hours

    void SetUp() override
    {
        set_usage(R"([{"type":"node","amount":"10.00"}])");
        record = usage_uuid("node");
    }
    PortalProcess::Reply share(const std::string& entries)
    {
        return post(component_usages + record + "/set_user_usages/", R"({"usages":)" + entries + "}");
    }
    std::string refused(const std::string& entries)
    {
        const auto reply = share(entries);
        EXPECT_EQ(stored(), "");
        return std::to_string(reply.status) + " " + reply.body;
    }
    std::string stored(const std::string& query = "")
    {
        std::string all;
        const auto list = parsed(get(user_usages + query));
        for (const auto& row : list.as_array())
            all += std::string(row.at("username").as_string()) + " "
                + std::string(row.at("usage").as_string()) + "; ";
        return all;
    }
};

TEST_F(UserUsages, StoresTheSharesAndAnswersWithNothing)
{
    const auto reply = share(R"([{"username":"u001","usage":"4.25"},{"username":"u002","usage":5.75}])");
    EXPECT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.header("Content-Type"), "");
    EXPECT_EQ(stored(), "u001 4.25; u002 5.75; ");
    const auto row = parsed(get(user_usages)).at(0);
    EXPECT_EQ(row.at("component_usage").as_string(), portal.url() + component_usages + record + "/");
    EXPECT_EQ(row.at("component_type"), "node");
    EXPECT_EQ(row.at("billing_period"), "2026-08-01");
    EXPECT_EQ(row.at("resource_uuid"), climate_resource);
    EXPECT_EQ(row.at("user"), nullptr);
    EXPECT_EQ(get(user_usages + std::string(row.at("uuid").as_string()) + "/?field=username").body,
        R"({"username":"u001"})");
}

TEST_F(UserUsages, ASecondReportReplacesTheShareOfTheUser)
{
    share(R"([{"username":"u001","usage":"4.25"},{"username":"u002","usage":"1.00"}])");
    share(R"([{"username":"u001","usage":"0.00"}])");
    EXPECT_EQ(stored(), "u001 0.00; u002 1.00; ");
}

TEST_F(UserUsages, OneUserCanBeSentAlone)
{
    const auto target = component_usages + record + "/set_user_usage/";
    EXPECT_EQ(post(target, R"({"username":"u001","usage":"4.25"})").status, 201);
    EXPECT_EQ(stored(), "u001 4.25; ");
    EXPECT_EQ(post(target, R"({"usage":"4.255"})").body,
        R"({"username":["This field is required."],"usage":["Ensure that there are no more than 2 decimal places."]})");
}

TEST_F(UserUsages, OneBadEntryRefusesAll)
{
    EXPECT_EQ(refused(R"([{"username":"u001","usage":"1.00"},{"username":"u002","usage":"1.001"}])"),
        R"(400 {"usages":[{},{"usage":["Ensure that there are no more than 2 decimal places."]}]})");
    EXPECT_EQ(refused(R"([{"username":"","usage":"1.00"}])"),
        R"(400 {"usages":[{"username":["This field may not be blank."]}]})");
    EXPECT_EQ(refused(R"([{"username":")" + std::string(101, 'x') + R"("}])"),
        R"(400 {"usages":[{"username":["Ensure this field has no more than 100 characters."]}]})");
    EXPECT_EQ(refused(R"(["u001"])"),
        R"(400 {"usages":[{"non_field_errors":["Invalid data. Expected a dictionary, but got str."]}]})");
}

TEST_F(UserUsages, AnEmptyListIsRefused)
{
    EXPECT_EQ(refused("[]"), R"(400 {"usages":{"non_field_errors":["This list may not be empty."]}})");
    EXPECT_EQ(refused("\"u001\""),
        R"(400 {"usages":{"non_field_errors":["Expected a list of items but got type \"str\"."]}})");
    EXPECT_EQ(post(component_usages + record + "/set_user_usages/", "{}").body,
        R"({"usages":["This field is required."]})");
}

TEST_F(UserUsages, TheRecordMustBeThere)
{
    const auto reply
        = post("/api/marketplace-component-usages/ffffffffffffffffffffffffffffffff/set_user_usages/",
            R"({"usages":[{"username":"u001"}]})");
    EXPECT_EQ(reply.status, 404);
    EXPECT_EQ(reply.body, R"({"detail":"Not found."})");
}

TEST_F(UserUsages, TheOfferingUserIsKeptFromTheFirstReport)
{
    const std::string first
        = "https://portal.example.org/api/marketplace-offering-users/11111111111111111111111111111111/";
    const std::string second
        = "https://portal.example.org/api/marketplace-offering-users/22222222222222222222222222222222/";
    share(R"([{"username":"u001","usage":"1.00","user":")" + first + "\"}]");
    share(R"([{"username":"u001","usage":"2.00","user":")" + second + "\"}]");
    EXPECT_EQ(parsed(get(user_usages)).at(0).at("user").as_string(), first);
    EXPECT_EQ(share(R"([{"username":"u002","user":"u002"}])").body,
        R"({"usages":[{"user":["Invalid hyperlink - No URL match."]}]})");
}

TEST_F(UserUsages, ADateMovesTheShareToTheRecordOfItsMonth)
{
    set_usage(R"([{"type":"storage","amount":"3.00"}])");
    record = usage_uuid("storage");
    EXPECT_EQ(share(R"([{"username":"u001","usage":"2.00","date":"2026-07-15T00:00:00Z"}])").status, 201);
    const auto row = parsed(get(user_usages)).at(0);
    EXPECT_EQ(row.at("billing_period"), "2026-07-01");
    // The record of July was made with zero, so that it takes the sum of its users.
    EXPECT_EQ(column(get("/api/marketplace-component-usages/?type=storage"), "usage"),
        (std::vector<std::string> { "3.00", "2.00" }));
}

TEST_F(UserUsages, ADateInAClosedMonthOrTheFutureIsRefused)
{
    EXPECT_NE(refused(R"([{"username":"u001","date":"2026-07-15T00:00:00Z"}])")
                  .find("backfilling past billing periods"),
        std::string::npos);
    EXPECT_EQ(refused(R"([{"username":"u001","date":"2026-12-15T00:00:00Z"}])"),
        R"(400 {"usages":[{"date":["Date cannot be in the future."]}]})");
}

TEST_F(UserUsages, ATotalOfZeroBecomesTheSumAndAnyOtherStays)
{
    share(R"([{"username":"u001","usage":"4.00"}])");
    EXPECT_EQ(column(get("/api/marketplace-component-usages/?type=node"), "usage").front(), "10.00");
    set_usage(R"([{"type":"cpu","amount":"0.00"}])");
    record = usage_uuid("cpu");
    share(R"([{"username":"u001","usage":"4.00"},{"username":"u002","usage":"0.50"}])");
    EXPECT_EQ(column(get("/api/marketplace-component-usages/?type=cpu"), "usage").front(), "4.50");
}

TEST_F(UserUsages, TheFilterOfTheMonthHasTwoUnderscores)
{
    share(R"([{"username":"u001","usage":"4.00"},{"username":"u002","usage":"1.00"}])");
    EXPECT_EQ(stored("?component_usage__billing_period=2026-07-01"), "");
    EXPECT_EQ(stored("?component_usage_billing_period=2026-07-01"), "u001 4.00; u002 1.00; ");
    EXPECT_EQ(stored("?username=u002"), "u002 1.00; ");
    EXPECT_EQ(stored("?o=usage"), "u002 1.00; u001 4.00; ");
    EXPECT_EQ(stored("?resource_uuid=" + std::string(climate_resource_dashed)), "u001 4.00; u002 1.00; ");
    EXPECT_EQ(stored("?type=cpu"), "");
}

} // namespace
} // namespace site
