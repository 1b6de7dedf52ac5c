// set_usage: what it stores and everything that it refuses.
#include "portal_test.hpp"

namespace site {
namespace {

class Usages : public PortalTest {
protected:
    /// `type period amount` of every record, the newest month first.
    std::string stored()
    {
        std::string all;
        const auto list = parsed(portal.control("GET", "component_usages"));
        for (const auto& row : list.as_array())
            all += std::string(row.at("type").as_string()) + " "
                + std::string(row.at("billing_period").as_string()) + " "
                + std::string(row.at("usage").as_string()) + "; ";
        return all;
    }
    /// Status and body of the refusal, after making sure that nothing was stored.
    std::string refused(const std::string& usages, const std::string& more = "")
    {
        const auto before = stored();
        const auto reply = set_usage(usages, more);
        EXPECT_EQ(stored(), before);
        return std::to_string(reply.status) + " " + reply.body;
    }
};

TEST_F(Usages, StoresTheTotalsOfTheMonthAndAnswersWithNothing)
{
    const auto reply = set_usage(
        R"([{"type":"node","amount":"12.50","description":"half a day"},{"type":"storage","amount":7}])");
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(reply.header("Content-Type"), "");
    EXPECT_EQ(reply.header("Content-Length"), "0");
    EXPECT_EQ(stored(), "node 2026-08-01 12.50; storage 2026-08-01 7.00; ");
    const auto row = parsed(get(component_usages + usage_uuid("node") + "/"));
    EXPECT_EQ(row.at("description"), "half a day");
    EXPECT_EQ(row.at("resource_uuid"), climate_resource_dashed);
    EXPECT_EQ(row.at("date"), "2026-08-12T10:30:00Z");
    EXPECT_EQ(row.at("recurring"), false);
}

TEST_F(Usages, ASecondReportReplacesTheFirst)
{
    set_usage(R"([{"type":"node","amount":"12.50","description":"a"}])");
    const auto uuid = usage_uuid("node");
    portal.control("POST", "clock", R"({"advance":3600})");
    EXPECT_EQ(set_usage(R"([{"type":"node","amount":"3.00"}])").status, 201);
    const auto row = parsed(get(component_usages + uuid + "/"));
    EXPECT_EQ(row.at("usage"), "3.00");
    EXPECT_EQ(row.at("description"), "");
    EXPECT_EQ(row.at("created"), "2026-08-12T10:30:00Z");
    EXPECT_EQ(row.at("date"), "2026-08-12T11:30:00Z");
}

TEST_F(Usages, EachMonthIsARecordOfItsOwn)
{
    set_usage(R"([{"type":"node","amount":"12.50"}])");
    portal.control("POST", "clock", R"({"advance":2592000})");
    set_usage(R"([{"type":"node","amount":"0.00"}])");
    EXPECT_EQ(stored(), "node 2026-09-01 0.00; node 2026-08-01 12.50; ");
}

TEST_F(Usages, TheMonthIsThatOfTheServersZone)
{
    // 21:25 UTC on the last of July is August at UTC+3.
    PortalProcess east({ .now = midmonth, .arguments = { "--zone", "+03:00" } });
    const auto body
        = R"({"resource":"4e500000000040008000000000000001","date":"2026-07-31T21:25:00Z","usages":[{"type":"node","amount":"1.00"}]})";
    EXPECT_EQ(east.ask("POST", "/api/marketplace-component-usages/set_usage/", body).status, 201);
    const auto row = parsed(east.ask("GET", component_usages)).at(0);
    EXPECT_EQ(row.at("billing_period"), "2026-08-01");
    EXPECT_EQ(row.at("date"), "2026-08-01T00:25:00+03:00");
}

TEST_F(Usages, AnInstantWithoutOffsetIsReadInTheServersZone)
{
    PortalProcess east({ .now = midmonth, .arguments = { "--zone", "+03:00" } });
    const auto body
        = R"({"resource":"4e500000000040008000000000000001","date":"2026-08-01T00:30","usages":[{"type":"node","amount":"1.00"}]})";
    EXPECT_EQ(east.ask("POST", "/api/marketplace-component-usages/set_usage/", body).status, 201);
    EXPECT_EQ(parsed(east.ask("GET", component_usages)).at(0).at("date"), "2026-08-01T00:30:00+03:00");
}

TEST_F(Usages, CurrentUsagesAreReplacedByTheTypesOfTheCall)
{
    const auto current = [&] {
        return json::serialize(
            parsed(get(std::string(resources) + climate_resource + "/")).at("current_usages"));
    };
    set_usage(R"([{"type":"node","amount":"1.50"},{"type":"cpu","amount":"2.00"}])");
    EXPECT_EQ(current(), R"({"node":1.5E0,"cpu":2E0})");
    set_usage(R"([{"type":"gpu","amount":"4.25"}])");
    EXPECT_EQ(current(), R"({"gpu":4.25E0})");
}

TEST_F(Usages, APlanPeriodStandsForItsResource)
{
    portal.control("POST", "allocations/add",
        R"({"name":"planned","resource":{"offering":"HPC hours","plan_period":"abcdefabcdefabcdefabcdefabcdefab"}})");
    const auto body
        = R"({"plan_period":"abcdefab-cdef-abcd-efab-cdefabcdefab","resource":"4e500000000040008000000000000001","usages":[{"type":"cpu","amount":"1.00"}]})";
    EXPECT_EQ(post("/api/marketplace-component-usages/set_usage/", body).status, 201);
    EXPECT_EQ(parsed(get(component_usages)).at(0).at("resource_name"), "planned");
}

TEST_F(Usages, UnknownAndFixedComponentsRefuseTheWholeCall)
{
    EXPECT_EQ(
        refused(
            R"([{"type":"node","amount":"1.00"},{"type":"tape","amount":"1.00"},{"type":"support","amount":"1.00"}])"),
        R"(400 {"non_field_errors":["These components are invalid: support, tape."]})");
}

TEST_F(Usages, AmountsHaveAtMostTwoDecimals)
{
    const auto amount
        = [&](const std::string& text) { return refused(R"([{"type":"node","amount":)" + text + "}]"); };
    const std::string decimals
        = R"(400 {"usages":[{"amount":["Ensure that there are no more than 2 decimal places."]}]})";
    EXPECT_EQ(amount("\"1.234\""), decimals);
    EXPECT_EQ(amount("\"13.750\""), decimals);
    EXPECT_EQ(amount("0.30000000000000004"), decimals);
    EXPECT_EQ(amount("\"1e-3\""), decimals);
    EXPECT_EQ(amount("\"123456789012345678901\""),
        R"(400 {"usages":[{"amount":["Ensure that there are no more than 20 digits in total."]}]})");
    const std::string number = R"(400 {"usages":[{"amount":["A valid number is required."]}]})";
    EXPECT_EQ(amount("\"NaN\""), number);
    EXPECT_EQ(amount("\"12,5\""), number);
    EXPECT_EQ(amount("\"\""), number);
    EXPECT_EQ(amount("true"), number);
    EXPECT_EQ(amount("null"), R"(400 {"usages":[{"amount":["This field may not be null."]}]})");
}

TEST_F(Usages, AmountsAreTakenInTheSpellingsOfTheFramework)
{
    for (const auto& [given, kept] :
        std::vector<std::pair<std::string, std::string>> { { "\"1e2\"", "100.00" }, { "12.5", "12.50" },
            { "3", "3.00" }, { "\" 4.5 \"", "4.50" }, { "\".5\"", "0.50" }, { "\"0007.00\"", "7.00" } }) {
        EXPECT_EQ(set_usage(R"([{"type":"node","amount":)" + given + "}]").status, 201) << given;
        EXPECT_EQ(stored(), "node 2026-08-01 " + kept + "; ");
    }
}

TEST_F(Usages, WhatIsWrongWithAnEntryStandsInItsPlace)
{
    EXPECT_EQ(refused(R"([{"type":"node","amount":"1.00"},{"type":"cpu"},7])"),
        R"(400 {"usages":[{},{"amount":["This field is required."]},{"non_field_errors":["Invalid data. Expected a dictionary, but got int."]}]})");
    EXPECT_EQ(refused(R"({"node":1})"),
        R"(400 {"usages":{"non_field_errors":["Expected a list of items but got type \"dict\"."]}})");
    EXPECT_EQ(refused(R"([{"type":"node","amount":"1.00","missing_usage_policy":"guess"}])"),
        R"(400 {"usages":[{"missing_usage_policy":["\"guess\" is not a valid choice."]}]})");
}

TEST_F(Usages, AResourceIsNeeded)
{
    const auto send = [&](const std::string& members) {
        return post("/api/marketplace-component-usages/set_usage/", "{" + members + R"("usages":[]})").body;
    };
    EXPECT_EQ(send(""), R"({"non_field_errors":["Either resource or plan period should be specified."]})");
    EXPECT_EQ(send(R"("resource":"ffffffffffffffffffffffffffffffff",)"),
        R"({"resource":["Object with uuid=ffffffffffffffffffffffffffffffff does not exist."]})");
    EXPECT_EQ(send(R"("resource":"climate",)"), R"({"resource":["“climate” is not a valid UUID."]})");
}

TEST_F(Usages, ReportsAreTakenInTheStatesOfALivingResourceOnly)
{
    const std::string one = R"([{"type":"node","amount":"1.00"}])";
    for (const auto* state : { "Creating", "Terminated" }) {
        portal.control(
            "POST", "resources/set", R"({"resource":"climate","state":")" + std::string(state) + "\"}");
        EXPECT_EQ(refused(one), R"(400 {"resource":["Resource is not in valid state."]})") << state;
    }
    for (const auto* state : { "OK", "Updating", "Terminating", "Erred" }) {
        portal.control(
            "POST", "resources/set", R"({"resource":"climate","state":")" + std::string(state) + "\"}");
        EXPECT_EQ(set_usage(one).status, 201) << state;
    }
}

TEST_F(Usages, AResourceWithoutPlanTakesNoReport)
{
    portal.control("POST", "resources/set", R"({"resource":"climate","plan":false})");
    EXPECT_EQ(refused(R"([{"type":"node","amount":"1.00"}])"),
        R"(400 {"resource":["Resource does not have a plan."]})");
}

TEST_F(Usages, TheFutureIsRefused)
{
    EXPECT_EQ(refused(R"([{"type":"node","amount":"1.00"}])", R"(,"date":"2026-08-12T10:30:01Z")"),
        R"(400 {"date":"Date cannot be in the future."})");
}

TEST_F(Usages, ADateNeedsATime)
{
    EXPECT_EQ(refused(R"([])", R"(,"date":"2026-08-12")"),
        R"(400 {"date":["Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."]})");
    EXPECT_EQ(refused(R"([])", R"(,"date":"2026-02-30T00:00:00Z")").substr(0, 12), R"(400 {"date":)");
}

TEST_F(Usages, APastMonthIsClosedForComponentsBilledByUse)
{
    const std::string july = R"(,"date":"2026-07-31T23:59:59Z")";
    const auto answer
        = refused(R"([{"type":"storage","amount":"1.00"},{"type":"node","amount":"1.00"}])", july);
    EXPECT_EQ(answer.substr(0, 13), R"(400 {"date":[)");
    EXPECT_NE(answer.find("backfilling past billing periods"), std::string::npos);
    EXPECT_EQ(set_usage(R"([{"type":"storage","amount":"1.00"}])", july).status, 201);
    EXPECT_EQ(stored(), "storage 2026-07-01 1.00; ");
}

TEST_F(Usages, StaffMayReportForAPastMonth)
{
    const auto body
        = R"({"resource":"4e500000000040008000000000000001","date":"2026-07-31T23:59:59Z","usages":[{"type":"node","amount":"1.00"}]})";
    EXPECT_EQ(portal
                  .ask("POST", "/api/marketplace-component-usages/set_usage/", body,
                      { { "Authorization", std::string("Token ") + staff_token } })
                  .status,
        201);
    EXPECT_EQ(stored(), "node 2026-07-01 1.00; ");
}

TEST_F(Usages, RecordsAreFoundByResourceMonthAndType)
{
    set_usage(R"([{"type":"node","amount":"2.00"},{"type":"cpu","amount":"1.00"}])");
    set_usage(R"([{"type":"storage","amount":"9.00"}])", R"(,"date":"2026-07-01T00:00:00Z")");
    const auto types = [&](const std::string& query) {
        std::string all;
        for (const auto& type : column(get(component_usages + query), "type"))
            all += type + " ";
        return all;
    };
    const std::string resource = "?resource_uuid=" + std::string(climate_resource);
    EXPECT_EQ(types(resource), "cpu node storage ");
    EXPECT_EQ(types(resource + "&billing_period=2026-08-01"), "cpu node ");
    EXPECT_EQ(types("?billing_period_year=2026&billing_period_month=7"), "storage ");
    EXPECT_EQ(types("?type=node"), "node ");
    EXPECT_EQ(types("?o=-usage"), "storage node cpu ");
    EXPECT_EQ(types("?date_after=2026-08-02"), "cpu node ");
    EXPECT_EQ(types("?billing_period=August"), "cpu node storage ");
    EXPECT_EQ(types("?resource_uuid=ffffffffffffffffffffffffffffffff"), "");
    EXPECT_EQ(
        get(component_usages + resource + "&billing_period=2026-08-01&type=cpu&field=type&field=usage").body,
        R"([{"type":"cpu","usage":"1.00"}])");
}

} // namespace
} // namespace site
