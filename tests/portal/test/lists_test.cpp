// Pages, links, filters, order and the form of values.
#include "portal_test.hpp"

#include <set>

namespace site {
namespace {

using Strings = std::vector<std::string>;

class Lists : public PortalTest {
protected:
    std::string names(const std::string& query)
    {
        std::string all;
        for (const auto& name : column(get(allocations + query), "name"))
            all += (all.empty() ? "" : " ") + name;
        return all;
    }
    std::string with_url(std::string text)
    {
        for (auto at = text.find("URL"); at != std::string::npos; at = text.find("URL"))
            text.replace(at, 3, portal.url());
        return text;
    }
};

TEST_F(Lists, LinkLeadsThroughThePages)
{
    const auto middle = get("/api/openportal-allocations/?page_size=2&page=2&is_active=true");
    EXPECT_EQ(middle.header("Link"),
        with_url(R"(<URL/api/openportal-allocations/?is_active=true&page_size=2>; rel="first", )"
                 R"(<URL/api/openportal-allocations/?is_active=true&page_size=2>; rel="prev", )"
                 R"(<URL/api/openportal-allocations/?is_active=true&page=3&page_size=2>; rel="next", )"
                 R"(<URL/api/openportal-allocations/?is_active=true&page=3&page_size=2>; rel="last")"));
    EXPECT_EQ(get("/api/openportal-allocations/?page_size=2&page=3").header("Link"),
        with_url(R"(<URL/api/openportal-allocations/?page_size=2>; rel="first", )"
                 R"(<URL/api/openportal-allocations/?page=2&page_size=2>; rel="prev", )"
                 R"(<URL/api/openportal-allocations/?page=3&page_size=2>; rel="last")"));
}

TEST_F(Lists, TheOnlyPageHasNoPageInItsLinks)
{
    EXPECT_EQ(get("/api/openportal-allocations/?page=1").header("Link"),
        with_url(
            R"(<URL/api/openportal-allocations/>; rel="first", <URL/api/openportal-allocations/>; rel="last")"));
}

TEST_F(Lists, EveryRowComesOnceOverAllPages)
{
    std::set<std::string> seen;
    for (int page = 1; page <= 9; ++page) {
        const auto reply = get("/api/openportal-associations/?page_size=2&page=" + std::to_string(page));
        EXPECT_EQ(reply.header("X-Result-Count"), "17");
        for (const auto& uuid : column(reply, "uuid"))
            EXPECT_TRUE(seen.insert(uuid).second);
    }
    EXPECT_EQ(seen.size(), 17u);
}

TEST_F(Lists, AWrongPageSizeIsTen)
{
    for (const auto* size : { "", "?page_size=0", "?page_size=-5", "?page_size=many", "?page_size=" })
        EXPECT_EQ(column(get(associations + std::string(size)), "uuid").size(), 10u) << size;
}

TEST_F(Lists, APageIsCutAtThreeHundredRows)
{
    PortalProcess big({ .sample = false, .arguments = { "--generate", "400x0" } });
    const auto reply = big.ask("GET", "/api/openportal-allocations/?page_size=1000&field=uuid");
    EXPECT_EQ(column(reply, "uuid").size(), 300u);
    EXPECT_EQ(reply.header("X-Result-Count"), "400");
    EXPECT_NE(reply.header("Link").find("page=2&page_size=1000>; rel=\"next\""), std::string::npos);
}

TEST_F(Lists, APageThatIsNotThereIsNotFound)
{
    for (const auto* page : { "3", "0", "-1", "x", "" }) {
        const auto reply = get(associations + std::string("?page=") + page);
        EXPECT_EQ(reply.status, 404) << page;
        EXPECT_EQ(reply.body, R"({"detail":"Invalid page."})");
    }
    EXPECT_EQ(get("/api/openportal-associations/?page=last").status, 200);
    EXPECT_EQ(
        get("/api/openportal-associations/?page=1&allocation_uuid=ffffffffffffffffffffffffffffffff").body,
        "[]");
}

TEST_F(Lists, FieldLimitsTheAnswer)
{
    EXPECT_EQ(
        get("/api/openportal-allocations/?name_exact=climate&field=name&field=node_limit&field=nonsense")
            .body,
        R"([{"name":"climate","node_limit":1000}])");
    EXPECT_EQ(get(allocations + std::string(climate) + "/?field=uuid").body,
        R"({"uuid":"a110c000000040008000000000000001"})");
}

TEST_F(Lists, FieldWithoutAKnownNameGivesAllFields)
{
    const auto rows = parsed(get("/api/openportal-allocations/?field=nonsense"));
    EXPECT_EQ(rows.at(0).as_object().size(), 40u);
}

TEST_F(Lists, AssociationsDoNotKnowField)
{
    const auto rows = parsed(get("/api/openportal-associations/?field=uuid"));
    EXPECT_EQ(rows.at(0).as_object().size(), 5u);
}

TEST_F(Lists, AllocationsComeByName)
{
    EXPECT_EQ(names(""), "alpha beta climate genome ocean plasma");
    EXPECT_EQ(names("?o=-name"), "alpha beta climate genome ocean plasma");
}

TEST_F(Lists, AssociationsComeByUsernameAndThoseWithoutOneLast)
{
    const auto users = column(get("/api/openportal-associations/?page_size=100"), "username");
    EXPECT_EQ(users,
        (Strings { "u001", "u001", "u002", "u003", "u004", "u005", "u006", "u007", "u008", "u009", "u010",
            "u011", "u012", "yan", "zoe", "zoe", "null" }));
}

TEST_F(Lists, AllocationFiltersNarrow)
{
    portal.control("POST", "allocations/set", R"({"allocation":"ocean","is_active":false})");
    portal.control("POST", "allocations/set", R"({"allocation":"plasma","state":"ERRED"})");
    portal.control("POST", "allocations/set", R"({"allocation":"genome","state":"UPDATING"})");
    EXPECT_EQ(names("?is_active=true"), "alpha beta climate genome plasma");
    EXPECT_EQ(names("?is_active=False"), "ocean");
    EXPECT_EQ(names("?state=ERRED&state=UPDATING"), "genome plasma");
    EXPECT_EQ(names("?service_settings_uuid=5e771465-0000-4000-8000-000000000002"), "alpha beta");
    EXPECT_EQ(names("?service_settings_uuid=5e771465000040008000000000000002"), "alpha beta");
    EXPECT_EQ(names("?backend_id=climate.brics"), "climate");
    EXPECT_EQ(names("?name=A"), "alpha beta climate ocean plasma");
    EXPECT_EQ(names("?name=_"), "");
    EXPECT_EQ(names("?name_exact=alph"), "");
    EXPECT_EQ(names("?uuid=" + std::string(climate)), "climate");
    const auto row = parsed(get("/api/openportal-allocations/?name_exact=climate")).at(0);
    EXPECT_EQ(names("?project_uuid=" + std::string(row.at("project_uuid").as_string())), "climate");
    EXPECT_EQ(names("?is_active=true&customer_uuid=" + std::string(row.at("customer_uuid").as_string())),
        "climate genome plasma");
}

TEST_F(Lists, AWrongFilterIsIgnoredAndTheFullListComes)
{
    for (const auto* query : { "?is_active=banana", "?state=NONSENSE", "?state=OK&state=NONSENSE",
             "?project_uuid=none", "?no_such_filter=1", "?is_active=" })
        EXPECT_EQ(names(query), "alpha beta climate genome ocean plasma") << query;
}

TEST_F(Lists, AssociationsOfOneAllocation)
{
    const Strings members { "u001", "u002", "u003", "u004" };
    EXPECT_EQ(column(get(associations + ("?allocation_uuid=" + std::string(climate))), "username"), members);
    EXPECT_EQ(
        column(get(associations + ("?allocation=" + portal.url() + allocations + climate + "/")), "username"),
        members);
    EXPECT_EQ(portal.ask("HEAD", associations + ("?allocation_uuid=" + std::string(climate)))
                  .header("X-Result-Count"),
        "4");
}

TEST_F(Lists, AnAssociationHasTheAddressOfItsAllocation)
{
    const auto uuid = column(get(associations), "uuid").front();
    EXPECT_EQ(get(associations + uuid + "/").body,
        R"({"uuid":")" + uuid + R"(","allocation":")" + portal.url() + allocations + climate
            + R"(/","username":"u001","groupname":"brics.climate","useridentifier":"mia.climate.brics"})");
}

TEST_F(Lists, AnAllocationIsWrittenAsThePortalDoes)
{
    portal.control("POST", "allocations/set", R"({"allocation":"climate","node_usage":"12.5"})");
    const auto row = parsed(get(allocations + std::string("a110c000-0000-4000-8000-000000000001/")));
    EXPECT_EQ(row.at("uuid"), climate);
    EXPECT_EQ(row.at("node_usage"), "12.50");
    EXPECT_EQ(row.at("node_limit"), 1000);
    EXPECT_EQ(row.at("is_active"), true);
    EXPECT_EQ(row.at("created"), "2026-08-12T10:30:00Z");
    EXPECT_EQ(row.at("service_settings_uuid"), "5e771465000040008000000000000001");
    EXPECT_EQ(row.at("marketplace_resource_uuid"), climate_resource_dashed);
    EXPECT_EQ(row.at("marketplace_resource_state"), "OK");
    EXPECT_EQ(row.at("marketplace_offering_type"), "Marketplace.OpenPortal");
    EXPECT_EQ(row.at("access_url"), nullptr);
    EXPECT_EQ(row.at("url").as_string(), portal.url() + allocations + climate + "/");
}

TEST_F(Lists, AnAllocationWithoutResourceHasNullsInItsPlace)
{
    portal.control("POST", "allocations/add", R"({"name":"bare"})");
    const auto row = parsed(get("/api/openportal-allocations/?name_exact=bare")).at(0);
    for (const auto* name : { "groupname", "marketplace_resource_uuid", "marketplace_offering_uuid",
             "marketplace_resource_state", "is_usage_based", "is_limit_based" })
        EXPECT_EQ(row.at(name), nullptr) << name;
    EXPECT_EQ(row.at("backend_id"), "");
}

TEST_F(Lists, InstantsHaveTheOffsetOfTheServersZone)
{
    PortalProcess east({ .now = midmonth, .arguments = { "--zone", "+03:00" } });
    const auto row = parsed(east.ask("GET", allocations + std::string(climate) + "/"));
    EXPECT_EQ(row.at("created"), "2026-08-12T13:30:00+03:00");
}

TEST_F(Lists, AnOfferingShowsItsComponents)
{
    const auto one = parsed(
        get("/api/marketplace-provider-offerings/0ffe2146-0000-4000-8000-000000000001/?field=components"));
    std::string seen;
    for (const auto& component : one.at("components").as_array())
        seen += std::string(component.at("type").as_string()) + "/"
            + std::string(component.at("billing_type").as_string()) + " ";
    EXPECT_EQ(seen, "node/usage cpu/usage gpu/usage memory/usage storage/limit support/fixed ");
    EXPECT_EQ(one.at("components").at(0).at("is_builtin"), true);
    EXPECT_EQ(one.at("components").at(1).at("limit_period"), nullptr);
    EXPECT_EQ(column(get("/api/marketplace-provider-offerings/?o=-name"), "name"),
        (Strings { "Other hours", "HPC hours" }));
}

} // namespace
} // namespace site
