// Addresses, methods, forms and callers: what every endpoint has in common.
#include "portal_test.hpp"

namespace site {
namespace {

using Headers = PortalProcess::Headers;

class Http : public PortalTest { };

std::string challenge(const PortalProcess::Reply& reply)
{
    return std::to_string(reply.status) + " " + reply.header("WWW-Authenticate") + " " + reply.body;
}

TEST_F(Http, RefusesACallerWithoutAToken)
{
    EXPECT_EQ(challenge(portal.ask("GET", allocations, "", { { "Authorization", "" } })),
        R"(401 Token {"detail":"Authentication credentials were not provided."})");
    EXPECT_EQ(challenge(portal.ask("GET", allocations, "", { { "Authorization", "Basic eDp5" } })),
        R"(401 Token {"detail":"Authentication credentials were not provided."})");
}

TEST_F(Http, RefusesAnUnknownOrMalformedToken)
{
    const auto with = [&](const std::string& value) {
        return challenge(portal.ask("GET", allocations, "", { { "Authorization", value } }));
    };
    EXPECT_EQ(with("Token ffff"), R"(401 Token {"detail":"Invalid token."})");
    EXPECT_EQ(with("Bearer ffff"), R"(401 Token {"detail":"Invalid token."})");
    EXPECT_EQ(with("Token"), R"(401 Token {"detail":"Invalid token header. No credentials provided."})");
    EXPECT_EQ(with("Token a b"),
        R"(401 Token {"detail":"Invalid token header. Token string should not contain spaces."})");
}

TEST_F(Http, TakesTheWordTokenInAnyCase)
{
    EXPECT_EQ(
        portal.ask("GET", allocations, "", { { "Authorization", "tOKEN " + portal.token() } }).status, 200);
}

TEST_F(Http, RefusesAnInactiveUser)
{
    portal.control("POST", "users/set", R"({"username":"site-agent","is_active":false})");
    EXPECT_EQ(challenge(get(allocations)), R"(401 Token {"detail":"User inactive or deleted."})");
}

TEST_F(Http, TellsWhoTheTokenBelongsTo)
{
    const auto me = parsed(get("/api/users/me/"));
    EXPECT_EQ(me.at("username"), "site-agent");
    EXPECT_EQ(me.at("is_staff"), false);
    EXPECT_EQ(json::serialize(parsed(get("/api/users/me/?field=username&field=nonsense"))),
        R"({"username":"site-agent"})");
}

TEST_F(Http, AnswersAMissingRouteWithHtmlAndAMissingObjectWithJson)
{
    const auto route = get("/api/no-such-thing/");
    EXPECT_EQ(route.status, 404);
    EXPECT_EQ(route.header("Content-Type"), "text/html; charset=utf-8");
    for (const auto* path : { "/api/openportal-allocations/ffffffffffffffffffffffffffffffff/",
             "/api/openportal-allocations/not-a-uuid/" }) {
        const auto object = get(path);
        EXPECT_EQ(object.status, 404);
        EXPECT_EQ(object.header("Content-Type"), "application/json");
        EXPECT_EQ(object.body, R"({"detail":"Not found."})");
    }
}

TEST_F(Http, RedirectsToTheSlashBeforeItAsksForAToken)
{
    for (const auto* method : { "GET", "POST" }) {
        const auto reply = portal.ask(
            method, "/api/marketplace-component-usages/set_usage?a=1", "", { { "Authorization", "" } });
        EXPECT_EQ(reply.status, 301);
        EXPECT_EQ(reply.header("Location"), "/api/marketplace-component-usages/set_usage/?a=1");
        EXPECT_EQ(reply.body, "");
    }
    EXPECT_EQ(get("/api/no-such-thing").status, 404);
}

TEST_F(Http, RefusesAMethodThatTheRouteDoesNotHave)
{
    const auto reply = post(associations, "{}");
    EXPECT_EQ(reply.status, 405);
    EXPECT_EQ(reply.header("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(reply.body, R"({"detail":"Method \"POST\" not allowed."})");
    EXPECT_EQ(get("/api/marketplace-component-usages/set_usage/").status, 405);
    EXPECT_EQ(portal.ask("DELETE", std::string(associations) + climate + "/").status, 405);
}

TEST_F(Http, ChecksTheAcceptHeaderBeforeTheTokenAndTheTokenBeforeTheMethod)
{
    EXPECT_EQ(
        portal.ask("POST", allocations, "", { { "Authorization", "" }, { "Accept", "image/png" } }).status,
        406);
    EXPECT_EQ(portal.ask("POST", allocations, "", { { "Authorization", "" } }).status, 401);
}

TEST_F(Http, AnswersABrowserWithAPage)
{
    const auto page = portal.ask("GET", allocations, "", { { "Accept", "text/html,*/*;q=0.8" } });
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
    for (const auto* accept : { "application/json", "*/*", "application/*", "application/json, text/html" })
        EXPECT_EQ(portal.ask("GET", allocations, "", { { "Accept", accept } }).header("Content-Type"),
            "application/json")
            << accept;
}

TEST_F(Http, HeadHasTheHeadersOfGetAndNoBody)
{
    const auto head = portal.ask("HEAD", associations);
    const auto full = get(associations);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.body, "");
    for (const auto* name : { "X-Result-Count", "Link", "Content-Length", "Content-Type" })
        EXPECT_EQ(head.header(name), full.header(name)) << name;
}

TEST_F(Http, RefusesABodyOfAnotherType)
{
    const auto target = std::string(component_usages) + "set_usage/";
    const auto plain = portal.ask("POST", target, "{}", { { "Content-Type", "text/plain" } });
    EXPECT_EQ(plain.status, 415);
    EXPECT_EQ(plain.body, R"({"detail":"Unsupported media type \"text/plain\" in request."})");
    const auto form = portal.ask("POST", target, R"({"resource":"x","usages":[]})",
        { { "Content-Type", "application/x-www-form-urlencoded" } });
    EXPECT_EQ(form.status, 400);
    EXPECT_EQ(form.body, R"({"usages":["This field is required."]})");
}

TEST_F(Http, RefusesJsonThatIsBrokenOrNoObject)
{
    const auto target = std::string(component_usages) + "set_usage/";
    const auto broken = post(target, "{\"usages\": [");
    EXPECT_EQ(broken.status, 400);
    EXPECT_TRUE(parsed(broken).at("detail").as_string().starts_with("JSON parse error - "));
    EXPECT_EQ(post(target, "[1]").body,
        R"({"non_field_errors":["Invalid data. Expected a dictionary, but got list."]})");
}

TEST_F(Http, AnUnprivilegedAccountReadsButDoesNotWrite)
{
    portal.control("POST", "users/set", R"({"username":"site-agent","may_write":false})");
    EXPECT_EQ(get(allocations).header("X-Result-Count"), "6");
    const auto refused = post(std::string(resources) + climate_resource + "/refresh_last_sync/", "");
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body, R"({"detail":"You do not have permission to perform this action."})");
    EXPECT_EQ(set_usage(R"([{"type":"node","amount":"1.00"}])").status, 403);
}

TEST_F(Http, AnAccountThatLostItsRoleSeesEmptyListsAndNoObject)
{
    portal.control("POST", "users/set", R"({"username":"site-agent","has_role":false})");
    for (const auto* list :
        { allocations, associations, offerings, resources, component_usages, user_usages }) {
        const auto reply = get(list);
        EXPECT_EQ(reply.status, 200) << list;
        EXPECT_EQ(reply.body, "[]") << list;
        EXPECT_EQ(reply.header("X-Result-Count"), "0") << list;
    }
    EXPECT_EQ(get(allocations + std::string(climate) + "/").body, R"({"detail":"Not found."})");
    EXPECT_EQ(post(std::string(resources) + climate_resource + "/refresh_last_sync/", "").status, 404);
    EXPECT_EQ(get("/api/users/me/").status, 200);
}

TEST_F(Http, OauthGivesABearerTokenThatWorksUntilItExpires)
{
    const auto reply = portal.ask("POST", "/oauth/token",
        "grant_type=client_credentials&client_id=site-agent&client_secret=sample-secret",
        { { "Authorization", "" }, { "Content-Type", "application/x-www-form-urlencoded" } });
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto answer = parsed(reply);
    EXPECT_EQ(answer.at("token_type"), "Bearer");
    EXPECT_EQ(answer.at("expires_in"), 300);
    const Headers bearer { { "Authorization",
        "Bearer " + std::string(answer.at("access_token").as_string()) } };
    EXPECT_EQ(portal.ask("GET", allocations, "", bearer).status, 200);
    portal.control("POST", "clock", R"({"advance":301})");
    EXPECT_EQ(portal.ask("GET", allocations, "", bearer).status, 401);
}

TEST_F(Http, OauthRefusesAWrongSecretAndAnotherGrant)
{
    const auto with = [&](const std::string& body) {
        const auto reply = portal.ask(
            "POST", "/oauth/token", body, { { "Content-Type", "application/x-www-form-urlencoded" } });
        return std::to_string(reply.status) + " " + reply.body;
    };
    EXPECT_EQ(with("grant_type=client_credentials&client_id=site-agent&client_secret=wrong"),
        R"(401 {"error":"invalid_client"})");
    EXPECT_EQ(with("grant_type=password&client_id=site-agent&client_secret=sample-secret"),
        R"(400 {"error":"unsupported_grant_type"})");
    EXPECT_EQ(with("grant_type=client_credentials"), R"(400 {"error":"invalid_request"})");
}

} // namespace
} // namespace site
