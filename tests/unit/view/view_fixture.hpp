#pragma once

#include "view/situation.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace site::test {

inline Instant view_time()
{
    return parse_instant("2026-11-05T12:00:00Z").value();
}

/// A cluster whose last cycle was good, a minute ago.
struct ViewFixture : testing::Test {
    ViewFixture()
    {
        config.portals = { { .name = "main", .identifier = "brics" } };
        config.clusters.emplace_back();
        config.clusters.front().name = "c1";
        config.clusters.front().portal = "main";
        situation.cycle_at = view_time() - Seconds { 60 };
        situation.snapshot_at = situation.cycle_at;
        situation.daemon = "site-agent run, pid 7";
        cycle(R"({"allocations":2,"associations":5,"changes":0})");
    }
    void cycle(std::string_view text) { situation.cycle = boost::json::parse(text).as_object(); }

    Config config;
    Situation situation;
};

} // namespace site::test
