#include "integration/agent/real_site.hpp"

#include "store/outbox.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

/// One fault at the portal, in the reading of the lists or in the sending of usage.
struct Fault {
    const char* name;
    const char* json;
};

std::ostream& operator<<(std::ostream& out, const Fault& fault)
{
    return out << fault.name;
}

/// What must hold under any fault: Slurm is as before, and once the portal is well again everything goes
/// on as if nothing had been.
class ListFault : public RealSite, public testing::WithParamInterface<Fault> {
protected:
    ListFault()
    {
        options.member_grace = "1d";
        options.portal_more += "    page_size: 5\n"; // several pages, for what happens between them
        agent->write_config(options);
    }
};

TEST_P(ListFault, LeavesSlurmUntouched)
{
    agent->expect(0, { "apply" });
    const auto before = slurm->associations();
    change("members/drop", R"({"allocation": "climate", "username": "u002"})");
    change("members/add",
        R"({"allocation": "genome", "username": "u013", "useridentifier": "kim.genome.brics"})");
    change("allocations/set", R"({"allocation": "ocean", "node_limit": 0})");

    portal.fault(GetParam().json);
    const auto output = agent->run({ "apply" });
    EXPECT_TRUE(output.exit.status == 1 || output.exit.status == 3)
        << output.exit.status << output.text << output.exit.errors;
    EXPECT_EQ(slurm->associations(), before) << output.text << output.exit.errors;

    (void)portal.control("DELETE", "faults");
    agent->expect(0, { "apply" });
    agent->expect(0, { "plan" });
    const auto after = slurm->associations();
    EXPECT_THAT(after, testing::HasSubstr("brics.genome|u013|"));
    EXPECT_THAT(after, testing::HasSubstr("brics.ocean||root|0|0|"));
}

INSTANTIATE_TEST_SUITE_P(Each, ListFault,
    testing::Values(
        Fault { "status_500",
            R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "status", "status": 500})" },
        Fault { "status_403",
            R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "status", "status": 403, "body": "{\"detail\": \"no\"}"})" },
        Fault { "second_page_500",
            R"({"match": {"path": "/api/openportal-associations/"}, "skip": 1, "times": -1, "kind": "status", "status": 502})" },
        Fault { "slow_answer",
            R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "delay", "delay_ms": 20000})" },
        Fault { "html", R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "html"})" },
        Fault { "redirect",
            R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "redirect", "url": "http://127.0.0.1:1/"})" },
        Fault { "truncated",
            R"({"match": {"path": "/api/openportal-associations"}, "times": -1, "kind": "truncate"})" },
        Fault { "slow_body",
            R"({"match": {"path": "/api/openportal-allocations"}, "times": -1, "kind": "slow", "interval_ms": 500})" },
        Fault { "reset", R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "reset"})" },
        Fault { "rows_repeated",
            R"({"match": {"path": "/api/openportal-associations"}, "times": -1, "kind": "repeat_rows", "rows": 4})" },
        Fault { "rows_skipped",
            R"({"match": {"path": "/api/openportal-associations"}, "times": -1, "kind": "skip_rows"})" },
        Fault { "wrong_count",
            R"({"match": {"path": "/api/openportal-associations"}, "times": -1, "kind": "wrong_count", "by": 1})" },
        Fault { "revoked_token", R"({"match": {"path": "/api/"}, "times": -1, "kind": "revoked_token"})" },
        Fault { "bad_json",
            R"({"match": {"path": "/api/openportal-allocations"}, "times": -1, "kind": "bad_json"})" }),
    [](const auto& one) { return one.param.name; });

TEST_F(RealSite, ALostRoleTakesNothingAwayAndTheGuardIsNamed)
{
    agent->expect(0, { "apply" });
    const auto before = slurm->associations();
    portal.fault(R"({"match": {"path": "/api/openportal-"}, "times": -1, "kind": "lost_role"})");
    const auto output = agent->run({ "apply" });
    EXPECT_EQ(output.exit.status, 3) << output.text << output.exit.errors;
    EXPECT_THAT(output.text, testing::HasSubstr("empty-list"));
    EXPECT_EQ(slurm->associations(), before);
    (void)portal.control("DELETE", "faults");
    agent->expect(0, { "plan" });
}

class SendFault : public RealSite, public testing::WithParamInterface<Fault> { };

TEST_P(SendFault, LeavesTheOutboxWholeUntilThePortalIsWell)
{
    agent->expect(0, { "apply" });
    EXPECT_EQ(submit("u001", "brics.climate", { "-N", "2", "--exclusive", "--wrap", "sleep 5" }), "");
    slurm->tool("wait-idle", { "60" });
    agent->expect(0, { "usage", "collect", "--no-send" });
    const auto waiting = [&] {
        auto database = Database::open(agent->path("state") / "state.db", Database::Access::read);
        return Outbox(**database).rows()->size();
    };
    const auto before = waiting();
    ASSERT_GT(before, 0U);

    portal.fault(GetParam().json);
    agent->expect(1, { "outbox", "send" });
    EXPECT_EQ(waiting(), before);
    EXPECT_THAT(agent->run({ "outbox" }).text, testing::HasSubstr("set_usage"));

    (void)portal.control("DELETE", "faults");
    agent->expect(0, { "outbox", "send" });
    EXPECT_EQ(waiting(), 0U);
    EXPECT_NE(reported("cpu"), "");
}

INSTANTIATE_TEST_SUITE_P(Each, SendFault,
    testing::Values(
        Fault { "status_503",
            R"({"match": {"path": "/api/marketplace-component-usages/set_usage"}, "times": -1, "kind": "status", "status": 503})" },
        Fault { "reset",
            R"({"match": {"path": "/api/marketplace-component-usages/set_usage"}, "times": -1, "kind": "reset"})" },
        Fault { "carried_out_but_no_answer",
            R"({"match": {"path": "/api/marketplace-component-usages/set_usage"}, "times": -1, "kind": "reset_after_apply"})" },
        Fault { "html",
            R"({"match": {"path": "/api/marketplace-component-usages/set_usage"}, "times": -1, "kind": "html"})" },
        Fault { "revoked_token", R"({"match": {"path": "/api/"}, "times": -1, "kind": "revoked_token"})" }),
    [](const auto& one) { return one.param.name; });

} // namespace
} // namespace site
