#pragma once
// What the tests of the test portal share: a portal with the sample data, and JSON at hand.
#include "support/portal_process.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace site {
namespace json = boost::json;

// 2026-08-12T10:30:00Z: the middle of a month, so that a test chooses when a month turns.
inline constexpr std::int64_t midmonth = 1786530600;

inline constexpr auto climate = "a110c000000040008000000000000001";
inline constexpr auto climate_resource = "4e500000000040008000000000000001";
inline constexpr auto climate_resource_dashed = "4e500000-0000-4000-8000-000000000001";
inline constexpr auto staff_token = "57aff00000000000000000000000000000000000";

inline constexpr auto allocations = "/api/openportal-allocations/";
inline constexpr auto associations = "/api/openportal-associations/";
inline constexpr auto offerings = "/api/marketplace-provider-offerings/";
inline constexpr auto resources = "/api/marketplace-provider-resources/";
inline constexpr auto component_usages = "/api/marketplace-component-usages/";
inline constexpr auto user_usages = "/api/marketplace-component-user-usages/";

inline json::value parsed(const PortalProcess::Reply& reply)
{
    return json::parse(reply.body);
}

/// One field of every row of a list.
inline std::vector<std::string> column(const PortalProcess::Reply& reply, std::string_view name)
{
    std::vector<std::string> values;
    const auto list = parsed(reply);
    for (const auto& row : list.as_array())
        values.push_back(
            row.at(name).is_string() ? std::string(row.at(name).as_string()) : json::serialize(row.at(name)));
    return values;
}

class PortalTest : public testing::Test {
protected:
    PortalProcess portal { { .now = midmonth } };

    PortalProcess::Reply get(const std::string& target) { return portal.ask("GET", target); }
    PortalProcess::Reply post(const std::string& target, std::string_view body)
    {
        return portal.ask("POST", target, body);
    }

    /// Reports usage of the climate resource; `usages` is the JSON list, `more` further members.
    PortalProcess::Reply set_usage(const std::string& usages, const std::string& more = "")
    {
        return post(std::string(component_usages) + "set_usage/",
            R"({"resource":")" + std::string(climate_resource_dashed) + R"(","usages":)" + usages + more
                + "}");
    }
    /// The UUID of the only record of that type.
    std::string usage_uuid(const std::string& type)
    {
        const auto found = column(get(component_usages + ("?type=" + type)), "uuid");
        return found.size() == 1 ? found.front() : "not one record of " + type;
    }
};

} // namespace site
