#include "integration/agent/real_site.hpp"

#include "store/journal.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <set>

namespace site {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

constexpr int projects = 200;
constexpr const char* lost_role
    = R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "lost_role"})";

/// A large site whose portal answers `200 []` to a token that lost its role.
class Lies : public RealSite {
protected:
    Lies() : large({ .sample = false, .arguments = { "--generate", "200x3" } })
    {
        options.portal_url = large.url();
        options.resolve_people = false;
        options.member_grace = "1d";
        agent->write_config(options);
    }

    json::object plan()
    {
        const auto output = agent->run({ "plan", "--format", "json" });
        EXPECT_EQ(output.exit.status, 3) << output.exit.errors;
        return json::parse(output.text).as_object();
    }
    std::vector<std::string> allowing(const json::object& plan, const std::string& id)
    {
        std::vector<std::string> words { "apply", "--plan", id };
        std::set<std::string> named;
        for (const auto& guard : plan.at("guards").as_array())
            if (const std::string name(guard.at("guard").as_string()); named.insert(name).second)
                words.insert(words.end(), { "--allow", name });
        return words;
    }
    static std::size_t lines(const std::string& text, const std::string& with)
    {
        std::size_t count = 0;
        for (auto at = text.find(with); at != std::string::npos; at = text.find(with, at + 1))
            ++count;
        return count;
    }
    std::size_t entries()
    {
        auto database = Database::open(agent->path("state") / "state.db", Database::Access::read);
        return Journal(**database).entries({ .most = 100000 })->size();
    }

    PortalProcess large;
};

TEST_F(Lies, PortalLies_AnEmptyListAtTwoHundredProjectsTakesNothingUntilThatPlanIsAllowed)
{
    agent->expect(0, { "apply" });
    agent->expect(0, { "usage", "collect", "--no-send" }); // so that gates may open again
    const auto before = slurm->associations();
    const auto booked = entries();
    ASSERT_EQ(booked, std::size_t { projects } * 4);

    large.fault(lost_role);
    const auto refused = agent->run({ "apply" });
    EXPECT_EQ(refused.exit.status, 3) << refused.text << refused.exit.errors;
    EXPECT_THAT(refused.text, HasSubstr("guard empty-list"));
    EXPECT_EQ(slurm->associations(), before);
    EXPECT_EQ(entries(), booked);
    EXPECT_THAT(agent->run({ "status" }).text, HasSubstr("empty-list"));
    EXPECT_THAT(agent->run({ "metrics" }).text, HasSubstr("guard=\"empty-list\""));

    // Another plan's id lets nothing pass.
    const auto printed = plan();
    const std::string id(printed.at("plan").as_string());
    const auto wrong = agent->run(allowing(printed, "0123456789ab"));
    EXPECT_NE(wrong.exit.status, 0);
    EXPECT_THAT(wrong.exit.errors + wrong.text, HasSubstr("nothing is allowed"));
    EXPECT_EQ(slurm->associations(), before);

    // The printed plan, and no more: every gate is closed, everything beneath stays.
    const auto held = printed.at("held").as_array().size();
    EXPECT_EQ(held, std::size_t { projects });
    agent->expect(0, allowing(printed, id));
    EXPECT_EQ(entries(), booked + held);
    const auto closed = slurm->associations();
    EXPECT_EQ(lines(closed, "\n"), lines(before, "\n"));
    EXPECT_EQ(lines(closed, "||root|0|0|"), std::size_t { projects }) << closed.substr(0, 2000);
    EXPECT_THAT(agent->run({ "journal", "--last", "1" }).text, HasSubstr("apply by root"));

    // The truth comes back, then the portal lies once more: that was not allowed.
    (void)large.control("DELETE", "faults");
    agent->expect(0, { "apply" });
    EXPECT_EQ(slurm->associations(), before);
    large.fault(lost_role);
    agent->expect(3, { "apply" });
    EXPECT_EQ(slurm->associations(), before);
}

} // namespace
} // namespace site
