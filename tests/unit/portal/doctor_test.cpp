#include "portal/doctor.hpp"

#include "portal/json_text.hpp"
#include "unit/portal/rig.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

using test::uuid;

AllocationRow allocation(char digit, std::string backend_id)
{
    AllocationRow row;
    row.uuid = uuid(digit);
    row.backend_id = std::move(backend_id);
    row.groupname = "climate";
    return row;
}

AssociationRow association(char digit, char of, std::string useridentifier)
{
    AssociationRow row;
    row.uuid = uuid(digit);
    row.allocation = uuid(of);
    row.username = "mia";
    row.groupname = "climate";
    row.useridentifier = std::move(useridentifier);
    return row;
}

std::vector<std::string> told(const std::vector<Finding>& findings)
{
    std::vector<std::string> out;
    for (const auto& one : findings)
        out.push_back(one.code + " " + one.subject);
    return out;
}

TEST(PortalDoctor, FindsNothingWhereAllAgrees)
{
    Listing listing;
    listing.allocations = { allocation('a', "climate.brics") };
    listing.associations = { association('1', 'a', "mia.climate.brics") };
    EXPECT_TRUE(doubtful_rows(listing, "brics").empty());
}

TEST(PortalDoctor, TellsRowsThatDisagree)
{
    Listing listing;
    listing.allocations = { allocation('a', "climate.brics"), allocation('b', "ocean.other"),
        allocation('c', "no identifier"), allocation('d', "") };
    listing.associations
        = { association('1', 'e', "mia.climate.brics"), association('2', 'a', "mia.ocean.brics"),
              association('3', 'a', "mia"), association('4', 'a', "mia.climate.brics") };
    listing.associations[3].groupname = "ocean";
    EXPECT_EQ(told(doubtful_rows(listing, "brics")),
        (std::vector<std::string> { "portal-foreign " + uuid('b').text(),
            "portal-foreign " + uuid('c').text(), "portal-orphan " + uuid('1').text(),
            "portal-foreign " + uuid('2').text(), "portal-foreign " + uuid('3').text(),
            "portal-groupname " + uuid('4').text() }));
}

TEST(PortalDoctor, WaitsForWhatTheInstanceHasNotGivenYet)
{
    Listing listing;
    listing.allocations = { allocation('a', "") };
    listing.allocations[0].groupname.reset();
    listing.associations = { association('1', 'a', "mia.climate.brics") };
    listing.associations[0].useridentifier.reset();
    EXPECT_TRUE(doubtful_rows(listing, "brics").empty());
}

TEST(PortalDoctor, ComparesTheDaysThatAreOver)
{
    const auto november = parse_month("2026-11").value();
    const auto day = [](std::string_view text) { return parse_day(text).value(); };
    const auto report = [&](std::uint64_t over, std::uint64_t today) {
        ProjectUsageReport out { .project = "climate.brics" };
        out.reports[day("2026-11-03")].reports = { { "mia", over }, { "noa", 5 } };
        out.reports[day("2026-11-05")].reports = { { "mia", today } };
        out.reports[day("2026-10-31")].reports = { { "mia", 999 } };
        return out;
    };
    const PortalUsageReport ours { "brics", { { "climate.brics", report(100, 7) }, { "ocean.brics", {} } } };
    EXPECT_TRUE(
        usage_differences(ours, { { "climate.brics", report(100, 999) } }, november, day("2026-11-05"))
            .empty());
    const auto differ
        = usage_differences(ours, { { "climate.brics", report(60, 7) } }, november, day("2026-11-05"));
    ASSERT_EQ(differ.size(), 1U);
    EXPECT_EQ(differ[0].text, "2026-11: 105 node-seconds here, 65 in the portal's document, 40 more here");
    const auto missing = usage_differences(ours, {}, november, day("2026-11-05"));
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_EQ(missing[0].text, "2026-11: 105 node-seconds here, no document at the portal, 105 more here");
}

TEST(PortalDoctor, NamesWhomTheMappingDoesNotKnow)
{
    const std::vector<std::string> asked { "a.b.c", "d.e.f", "g.h.i" };
    const auto mapping = parse_json(R"({"a.b.c":{"uuid":"1"},"d.e.f":null})")->value.as_object();
    EXPECT_EQ(told(unmapped(asked, mapping, "user")),
        (std::vector<std::string> { "portal-unmapped d.e.f", "portal-unmapped g.h.i" }));
}

} // namespace
} // namespace site
