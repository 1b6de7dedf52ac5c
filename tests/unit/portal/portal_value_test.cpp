#include "portal/operations/value.hpp"

#include "portal/json_text.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

constexpr PortalField members[] = {
    { .name = "uuid", .kind = PortalKind::uuid, .required = true },
    { .name = "state", .kind = PortalKind::word, .words = {} },
    { .name = "amount", .kind = PortalKind::decimal },
    { .name = "tags", .many = true },
    { .name = "end", .kind = PortalKind::date, .nullable = true },
};
constexpr PortalShape row { .name = "Row", .fields = members };
constexpr PortalShape map { .name = "Map", .fields = members, .is_map = true };

std::vector<std::string> problems(const PortalShape& shape, std::string_view text, ShapeUse use)
{
    return portal_shape_problems(shape, parse_json(text)->value, use);
}

TEST(PortalShape, AnAnswerMayHaveGrown)
{
    EXPECT_TRUE(problems(row,
        R"({"uuid":"9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d","state":"NEW","amount":"12.50","tags":[],"end":null,"more":1})",
        ShapeUse::answer)
                    .empty());
    EXPECT_TRUE(
        problems(row, R"({"uuid":"9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d","amount":12.5})", ShapeUse::answer)
            .empty());
}

TEST(PortalShape, AnAnswerOfAnotherFormIsTold)
{
    EXPECT_EQ(problems(row, R"({"amount":true,"tags":"a","end":"soon"})", ShapeUse::answer),
        (std::vector<std::string> { "uuid: is missing", "amount: true is no decimal number",
            "tags: \"a\" is no list", "end: \"soon\" is no date, allowed is YYYY-MM-DD" }));
    EXPECT_EQ(problems(row, "[]", ShapeUse::answer), (std::vector<std::string> { "[] is no object" }));
    EXPECT_EQ(problems(row, R"({"uuid":null})", ShapeUse::answer),
        (std::vector<std::string> { "uuid: may not be null" }));
}

TEST(PortalShape, OfAMapEachValueIsHeldAgainstIt)
{
    EXPECT_EQ(problems(map, R"({"a.b":null,"c.d":{"uuid":1},"e.f":7})", ShapeUse::answer),
        (std::vector<std::string> { "c.d.uuid: 1 is no UUID", "e.f: is no object" }));
}

TEST(PortalValue, WhatAPersonWritesBecomesJson)
{
    const auto value = [](PortalKind kind, std::string_view text) {
        const auto made = portal_value({ .name = "x", .kind = kind, .nullable = true }, text);
        return made ? boost::json::serialize(*made) : made.error().text;
    };
    EXPECT_EQ(value(PortalKind::integer, "-1"), "-1");
    EXPECT_EQ(value(PortalKind::boolean, "false"), "false");
    EXPECT_EQ(value(PortalKind::decimal, "12.50"), "\"12.50\"");
    EXPECT_EQ(value(PortalKind::decimal, "nan"), "x: \"nan\" is no decimal number");
    EXPECT_EQ(value(PortalKind::text, "null"), "\"null\"");
    EXPECT_EQ(value(PortalKind::date, "null"), "null");
    EXPECT_EQ(value(PortalKind::json, "{\"a\":1}"), "{\"a\":1}");
    EXPECT_EQ(value(PortalKind::json, "{a"), "\"{a\"");
    EXPECT_EQ(value(PortalKind::integer, "1\x1b[31m"), "x: \"1?[31m\" is no whole number");
}

} // namespace
} // namespace site
