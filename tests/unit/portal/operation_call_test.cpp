#include "portal/operation_call.hpp"

#include "portal/json_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace site {
namespace {

const std::string one = "9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d";

const PortalOperation& of(std::string_view family, std::string_view verb)
{
    const auto* found = find_portal_operation(family, verb);
    EXPECT_NE(found, nullptr) << family << " " << verb;
    return *found;
}

std::string refusal(const PortalOperation& operation, const OperationInput& input)
{
    const auto call = operation_call(operation, input);
    return call ? "nothing is wrong: " + call->text() : call.error().text;
}

std::string as_text(const Result<Call>& call)
{
    return call ? call->text() + (call->query.empty() ? "" : "?" + call->query)
            + (call->body.empty() ? "" : " " + call->body)
                : call.error().text;
}

TEST(PortalOperations, HaveNamesOfTheirOwn)
{
    std::set<std::string_view> ids;
    std::set<std::pair<std::string_view, std::string_view>> verbs;
    for (const auto& row : portal_operations()) {
        EXPECT_TRUE(ids.insert(row.id).second) << row.id;
        if (!row.family.empty()) {
            EXPECT_TRUE(verbs.emplace(row.family, row.verb).second) << row.family << " " << row.verb;
            EXPECT_FALSE(row.help.empty()) << row.id;
        }
        EXPECT_TRUE(row.path.starts_with("/api/") && row.path.ends_with("/")) << row.path;
        EXPECT_EQ(row.changes, row.method != HttpMethod::get && row.method != HttpMethod::head) << row.id;
    }
}

TEST(PortalOperations, FillEachPlaceOfTheirPath)
{
    for (const auto& row : portal_operations()) {
        const auto path = operation_path(row, std::vector<std::string>(row.places.size(), "x"));
        EXPECT_EQ(path.find_first_of("{}"), std::string::npos) << row.id;
    }
}

TEST(OperationCall, EncodesWhatStandsInAPath)
{
    EXPECT_EQ(as_text(operation_call(of("managed-projects", "approve"),
                  { .given = { { "identifier", { "climate.brics" } }, { "destination", { "a/b c?d#e%" } },
                        { "comment", { "go" } } } })),
        "POST /api/openportal-managed-projects/climate.brics/a%2Fb%20c%3Fd%23e%25/approve/ "
        R"({"comment":"go"})");
}

TEST(OperationCall, LetsNoPathClimb)
{
    EXPECT_EQ(refusal(of("managed-projects", "show"),
                  { .given = { { "identifier", { ".." } }, { "destination", { "x" } } } }),
        "identifier: may not be dots alone");
}

TEST(OperationCall, RepeatsWhatMayBeMany)
{
    EXPECT_EQ(as_text(operation_call(of("allocations", "list"),
                  { .given = { { "state", { "OK", "ERRED" } }, { "is_active", { "true" } } },
                      .fields = { "uuid", "name" } })),
        "GET /api/openportal-allocations/?is_active=true&state=OK&state=ERRED&field=uuid&field=name");
    EXPECT_EQ(refusal(of("allocations", "list"), { .given = { { "name", { "a", "b" } } } }),
        "name: is given more than once");
}

TEST(OperationCall, NamesWhatIsWrong)
{
    const auto limits = [](const std::string& value) {
        return refusal(of("allocations", "set-limits"),
            { .given = { { "uuid", { one } }, { "node_limit", { value } } } });
    };
    EXPECT_EQ(limits("many"), "node_limit: \"many\" is no whole number");
    EXPECT_EQ(limits("12.5"), "node_limit: \"12.5\" is no whole number");
    EXPECT_EQ(limits("99999999999999999999"), "node_limit: \"99999999999999999999\" is no whole number");
    EXPECT_EQ(limits(""), "node_limit: \"\" is no whole number");
    EXPECT_EQ(refusal(of("allocations", "set-limits"), { .given = { { "uuid", { one } } } }),
        "node_limit: is missing");
    EXPECT_EQ(refusal(of("allocations", "set-limits"), { .given = { { "node_limit", { "1" } } } }),
        "uuid: is missing");
    EXPECT_EQ(refusal(of("allocations", "show"), { .given = { { "uuid", { "climate" } } } }),
        "uuid: \"climate\" is no UUID");
    EXPECT_EQ(refusal(of("allocations", "list"), { .given = { { "is_active", { "banana" } } } }),
        "is_active: \"banana\" is no truth value, allowed are true and false");
    EXPECT_EQ(refusal(of("managed-projects", "list"), { .given = { { "state", { "lost" } } } }),
        "state: \"lost\" is not allowed, allowed are approved, canceled, draft, pending, rejected");
    EXPECT_EQ(refusal(of("allocations", "list"), { .given = { { "colour", { "red" } } } }),
        "colour: is no parameter of this operation");
    EXPECT_EQ(refusal(of("allocations", "list"), { .fields = { "colour" } }),
        "field: \"colour\" is no member of the answer");
    EXPECT_EQ(refusal(of("unmanaged-projects", "patch"),
                  { .given = { { "uuid", { one } }, { "end_date", { "tomorrow" } } } }),
        "end_date: \"tomorrow\" is no date, allowed is YYYY-MM-DD");
    EXPECT_EQ(refusal(of("unmanaged-projects", "create"),
                  { .given = { { "name", { "x" } }, { "customer", { "file:///etc/passwd" } } } }),
        "customer: \"file:///etc/passwd\" is no URL, allowed is https://host/path");
    EXPECT_EQ(refusal(of("unmanaged-projects", "add-user"),
                  { .given = { { "uuid", { one } }, { "role", { "PROJECT.MEMBER" } }, { "user", { one } },
                        { "expiration_time", { "soon" } } } }),
        "expiration_time: \"soon\" is no instant, allowed is YYYY-MM-DDThh:mm:ssZ");
}

TEST(OperationCall, ChecksABodyBeforeItIsSent)
{
    const auto body = [](std::string_view text) {
        return refusal(of("unmanaged-projects", "move"),
            { .given = { { "uuid", { one } } }, .body = parse_json(text)->value });
    };
    EXPECT_EQ(
        body(R"({"customer":"https://p.example/api/customers/1/"})"), "preserve_permissions: is missing");
    EXPECT_EQ(body(R"({"customer":"https://p.example/api/customers/1/","preserve_permissions":"yes"})"),
        "preserve_permissions: \"yes\" is no truth value, allowed are true and false");
    EXPECT_EQ(body(R"({"customer":7,"preserve_permissions":true})"),
        "customer: 7 is no URL, allowed is https://host/path");
    EXPECT_EQ(body(R"({"customer":"https://p.example/c/1/","preserve_permissions":true,"force":true})"),
        "force: is no member of it, allowed are customer, preserve_permissions");
    EXPECT_EQ(body("[]"), "body: has to be a JSON object");
    EXPECT_EQ(refusal(of("allocations", "pull"),
                  { .given = { { "uuid", { one } } }, .body = boost::json::object {} }),
        "body: this operation takes none");
}

TEST(OperationCall, OptionsChangeMembersOfABody)
{
    EXPECT_EQ(
        as_text(operation_call(of("unmanaged-projects", "recover"),
            { .given = { { "uuid", { one } }, { "end_date", { "null" } } },
                .body = parse_json(R"({"restore_team_members":true,"end_date":"2027-01-01"})")->value })),
        "POST /api/openportal-unmanaged-projects/" + one
            + R"(/recover/ {"restore_team_members":true,"end_date":null})");
}

TEST(OperationCall, TakesAnObjectsAddressForItsUuid)
{
    EXPECT_EQ(as_text(operation_call(of("unmanaged-projects", "add-user"),
                  { .given = { { "uuid", { one } }, { "role", { "PROJECT.MEMBER" } },
                        { "user", { "https://p.example/api/users/" + one + "/" } } } })),
        "POST /api/openportal-unmanaged-projects/" + one + R"(/add_user/ {"role":"PROJECT.MEMBER","user":")"
            + one + "\"}");
}

TEST(OperationCall, MakesAListOfAnswers)
{
    const auto& submit = of("unmanaged-projects", "submit-answers");
    EXPECT_EQ(
        as_text(operation_call(submit,
            { .given = { { "uuid", { one } } }, .items = { one + "=true", one + "=a=b", one + "=[1]" } })),
        "POST /api/openportal-unmanaged-projects/" + one + R"(/submit_answers/ [{"question_uuid":")" + one
            + R"(","answer_data":true},{"question_uuid":")" + one
            + R"(","answer_data":"a=b"},{"question_uuid":")" + one + R"(","answer_data":[1]}])");
    EXPECT_EQ(refusal(submit, { .given = { { "uuid", { one } } }, .items = { "q1" } }),
        "\"q1\" is no question_uuid=VALUE");
    EXPECT_EQ(refusal(submit, { .given = { { "uuid", { one } } } }), "body: the list is empty");
    EXPECT_EQ(refusal(submit,
                  { .given = { { "uuid", { one } } },
                      .body = parse_json(R"([{"question_uuid":")" + one + R"(","answer":1}])")->value }),
        "[0].answer_data: is missing");
}

TEST(OperationCall, SaysWhatMayNotBeSentTwice)
{
    EXPECT_FALSE(of("allocations", "create").repeatable);
    EXPECT_TRUE(of("allocations", "set-limits").repeatable);
    const auto call = operation_call(of("managed-projects", "detach"),
        { .given = { { "identifier", { "a.b" } }, { "destination", { "c" } } } });
    ASSERT_TRUE(call);
    EXPECT_FALSE(call->repeatable);
}

} // namespace
} // namespace site
