#pragma once

#include "core/cycle.hpp"
#include "store/ledger.hpp"
#include "support/fake_plugin.hpp"
#include "support/fake_portal.hpp"
#include "support/records_text.hpp"

#include <gtest/gtest.h>

namespace site {

inline Uuid uuid(int n)
{
    auto text = std::to_string(n);
    return *Uuid::parse(std::string(32 - text.size(), '0') + text);
}

struct CycleTest : testing::Test {
    CycleTest()
    {
        config.clusters.push_back({});
        config.portals.push_back({});
        config.portals[0].name = "main";
        config.portals[0].identifier = "brics";
        auto& mine = config.clusters[0];
        mine.name = "c1";
        mine.portal = "main";
        mine.usage.close_after = Seconds { 2 * 86400 };
        portal.clock = &clock;
        for (const auto* project : { "climate", "ocean" })
            add_project(project, 3);
        restart();
    }

    void add_project(const std::string& project, int members)
    {
        AllocationRow row;
        row.uuid = uuid(++serial);
        row.name = project;
        row.backend_id = project + ".brics";
        row.groupname = "brics." + project;
        row.node_limit = 10;
        row.state = PortalState::ok;
        portal.rows.allocations.push_back(row);
        for (int i = 1; i <= members; ++i) {
            AssociationRow member;
            member.uuid = uuid(++serial);
            member.allocation = row.uuid;
            member.username = project + std::to_string(i);
            member.groupname = row.groupname;
            member.useridentifier = "p" + std::to_string(i) + "." + project + ".brics";
            portal.rows.associations.push_back(member);
        }
    }

    /// A new process on the same store and site.
    void restart()
    {
        backend = std::make_unique<Backend>(
            "fake", std::make_unique<FakePlugin>(Name { "c1" }, site), nullptr, Seconds { 60 });
    }

    CycleParts parts()
    {
        return { config, config.clusters[0], portal, *database, { backend.get() }, clock, people, {}, {},
            "test" };
    }
    CycleReport run(CycleMode mode) { return cycle(parts(), mode); }
    CycleReport apply() { return run(CycleMode::apply); }
    std::string plan() { return lines(run(CycleMode::plan).plan.steps); }

    void whole_ledger(std::uint64_t climate_node_seconds)
    {
        Ledger ledger(*database);
        const auto month = month_of(clock.now());
        for (auto day = day_of(start_of(month)); day <= day_of(clock.now()); day += std::chrono::days { 1 }) {
            LedgerRow row { day, month, Name { "brics.climate" }, Name { "climate1" }, {} };
            row.spent.node_seconds = day == day_of(clock.now()) ? climate_node_seconds : 0;
            ASSERT_TRUE(database->commit("test", [&](Transaction& transaction) {
                ledger.replace_day(
                    transaction, Name { "c1" }, { day, clock.now(), true, false, 1, 0 }, { &row, 1 });
            }));
        }
    }

    [[nodiscard]] std::size_t records() const { return site.records.size(); }
    [[nodiscard]] bool blocked(const char* account, const char* user) const
    {
        const auto found
            = site.records.find({ Kind::association, Name { "c1" }, Name { account }, Name { user } });
        return found != site.records.end() && found->second.contains(Name { "block" })
            && found->second.at(Name { "block" }) == Value { std::int64_t { 0 } };
    }
    [[nodiscard]] bool there(const char* account, const char* user) const
    {
        const Key key { *user == 0 ? Kind::account : Kind::association, Name { "c1" }, Name { account },
            Name { user } };
        return site.records.contains(key);
    }
    [[nodiscard]] bool closed(const char* account) const
    {
        const auto found = site.records.find({ Kind::account, Name { "c1" }, Name { account } });
        return found != site.records.end() && found->second.contains(Name { "gate" })
            && found->second.at(Name { "gate" }) == Value { std::int64_t { 0 } };
    }

    int serial = 0;
    Config config;
    ManualClock clock { *parse_instant("2026-11-05T08:00:00Z") };
    FakePortal portal;
    FakePlugin::Site site;
    std::unique_ptr<Database> database = *Database::open(":memory:", Database::Access::write);
    std::unique_ptr<Backend> backend;
    PersonLookup people;
};

} // namespace site
