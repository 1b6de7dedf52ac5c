#include "simulation/history.hpp"

#include "store/outbox.hpp"

#include <gtest/gtest.h>

namespace site::simulation {
namespace {

/// Each of these plants a fault that breaks one rule of the design (§3), and holds that the simulation finds
/// it: a rule that nothing can break is not looked at.
constexpr std::uint64_t most_histories = 150;

void expect_found(int rule, const Planted& planted)
{
    for (std::uint64_t seed = 1; seed <= most_histories; ++seed) {
        History history(seed, planted);
        const auto broken = history.play();
        if (!broken)
            continue;
        EXPECT_EQ(broken->rule, rule) << "seed " << seed << ": " << broken->text;
        std::printf(
            "found with seed %llu: %s\n", static_cast<unsigned long long>(seed), broken->text.c_str());
        return;
    }
    ADD_FAILURE() << "not found in " << most_histories << " histories";
}

/// A plugin in front of another.
class Before : public Plugin {
public:
    Before(std::unique_ptr<Plugin> plugin, Site& site) : plugin_(std::move(plugin)), site_(site) { }

    [[nodiscard]] std::vector<Kind> kinds() const override { return plugin_->kinds(); }
    [[nodiscard]] Interest interest(const Snapshot& snapshot) const override
    {
        return plugin_->interest(snapshot);
    }
    Result<Observation> observed(const Interest& interest) override { return plugin_->observed(interest); }
    [[nodiscard]] Result<Desired> desired(const Snapshot& snapshot, const Observation& seen) const override
    {
        return plugin_->desired(snapshot, seen);
    }
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change> changes) const override
    {
        return plugin_->commands(changes);
    }
    std::vector<Result<void>> apply(std::span<const Change> changes) override
    {
        return plugin_->apply(changes);
    }
    std::vector<Finding> check() override { return plugin_->check(); }

protected:
    std::unique_ptr<Plugin> plugin_;
    Site& site_;
};

template <class Fault> Planted plugin_fault()
{
    Planted planted;
    planted.plugin = [](std::unique_ptr<Plugin> plugin, Site& site, const std::array<Site*, 2>&) {
        return std::make_unique<Fault>(std::move(plugin), site);
    };
    return planted;
}

// 1: the client does not notice that the pages contradict each other and hands over what it has.

class BelievesHalfTheLists : public Portal {
public:
    BelievesHalfTheLists(Portal& portal, TruePortal& truth) : portal_(portal), truth_(truth) { }

    Result<Listing> listing(const AllocationFilter& filter) override
    {
        auto whole = portal_.listing(filter);
        if (whole || truth_.away)
            return whole;
        Listing half;
        half.allocations = truth_.allocations;
        half.associations = truth_.associations;
        half.taken = portal_taken_;
        half.associations.resize(
            half.associations.size() - std::min<std::size_t>(2, half.associations.size()));
        return half;
    }
    Result<bool> is_there(RowFamily, Uuid) override { return false; }

private:
    Portal& portal_;
    TruePortal& truth_;
    Instant portal_taken_ { *parse_instant("2026-11-05T08:00:00Z") };
};

TEST(Simulation, FindsAPlantedFaultInRule01ListsThatAreNotWholeAreBelieved)
{
    Planted planted;
    planted.portal = [](Portal& portal, TruePortal& truth) {
        return std::make_unique<BelievesHalfTheLists>(portal, truth);
    };
    expect_found(1, planted);
}

// 2: the plugin makes itself at home when it is first asked to look.

class WritesWhenItLooks : public Before {
public:
    using Before::Before;
    Result<Observation> observed(const Interest& interest) override
    {
        if (!interest.names.empty() && !std::exchange(settled_in_, true)) {
            const Key key { Kind::account, Name { "c1" }, interest.names.front() };
            if (!site_.has(key))
                site_.perform({ Action::create, Effect::gives, key, {} });
        }
        return Before::observed(interest);
    }

private:
    bool settled_in_ = false;
};

TEST(Simulation, FindsAPlantedFaultInRule02APluginWritesWhenItLooks)
{
    expect_found(2, plugin_fault<WritesWhenItLooks>());
}

// 3: the plugin tidies up a field that nobody asked it to touch.

class ClearsComments : public Before {
public:
    using Before::Before;
    std::vector<Result<void>> apply(std::span<const Change> changes) override
    {
        for (const auto& [key, fields] : site_.fake.records)
            if (const auto comment = fields.find(Name { "comment" }); comment != fields.end()) {
                site_.perform({ Action::update, Effect::gives, key,
                    { { Name { "comment" }, comment->second, Value {} } } });
                break;
            }
        return Before::apply(changes);
    }
};

TEST(Simulation, FindsAPlantedFaultInRule03AForeignFieldIsCleared)
{
    expect_found(3, plugin_fault<ClearsComments>());
}

// 4: the plugin makes ahead of time what it knows to be wanted.

class RunsAhead : public Before {
public:
    using Before::Before;
    [[nodiscard]] Result<Desired> desired(const Snapshot& snapshot, const Observation& seen) const override
    {
        auto wanted = Before::desired(snapshot, seen);
        if (wanted)
            last_ = *wanted;
        return wanted;
    }
    std::vector<Result<void>> apply(std::span<const Change> changes) override
    {
        auto results = Before::apply(changes);
        for (const auto& record : last_.records) {
            const Key account { Kind::account, record.key.cluster, record.key.name };
            if (record.key.kind == Kind::association && !record.only_if_there && !site_.has(record.key)
                && site_.ours(account))
                site_.perform({ Action::create, Effect::gives, record.key, {} });
        }
        return results;
    }

private:
    mutable Desired last_;
};

TEST(Simulation, FindsAPlantedFaultInRule04AChangeComesBeforeItsIntent)
{
    expect_found(4, plugin_fault<RunsAhead>());
}

// 5: a row that could not be sent is booked as sent.

TEST(Simulation, FindsAPlantedFaultInRule05AFailedRowIsDropped)
{
    Planted planted;
    planted.after_drain = [](Database& database, const Clock&) {
        Outbox outbox(database);
        const auto rows = outbox.rows().value();
        const auto done = database.commit("dropping", [&](Transaction& transaction) {
            for (const auto& row : rows)
                if (row.attempts > 0)
                    outbox.sent(transaction, row);
        });
        EXPECT_TRUE(done);
    };
    expect_found(5, planted);
}

// 6: one plugin's look depends on the other's health.

class SharesItsIllness : public Before {
public:
    SharesItsIllness(std::unique_ptr<Plugin> plugin, Site& site, const std::array<Site*, 2>& all)
        : Before(std::move(plugin), site), all_(all)
    {
    }
    Result<Observation> observed(const Interest& interest) override
    {
        for (const auto* other : all_)
            if (other != &site_ && other->fake.unreadable)
                return Error { Errc::unreachable, "the other one can't be read" };
        return Before::observed(interest);
    }

private:
    std::array<Site*, 2> all_;
};

TEST(Simulation, FindsAPlantedFaultInRule06ASickPluginStopsTheOther)
{
    Planted planted;
    planted.plugin = [](std::unique_ptr<Plugin> plugin, Site& site, const std::array<Site*, 2>& all) {
        return std::make_unique<SharesItsIllness>(std::move(plugin), site, all);
    };
    expect_found(6, planted);
}

// 7: the guards of the agent's configuration are off, those that hold are not.

TEST(Simulation, FindsAPlantedFaultInRule07TheGuardsAreOff)
{
    Planted planted;
    planted.config = [](Config& config) {
        config.guards.most_taken = 1000;
        config.guards.most_taken_day = 1000;
        config.guards.empty_list_from = 0;
        config.guards.disjoint_list_from = 0;
    };
    expect_found(7, planted);
}

// 8: a block can't be undone, since the plugin removes what it should block.

class RemovesAtOnce : public Before {
public:
    using Before::Before;
    std::vector<Result<void>> apply(std::span<const Change> changes) override
    {
        for (const auto& change : changes) {
            const auto* blocked = change.field(block());
            if (change.action == Action::update && blocked && !blocked->release && site_.has(change.key))
                site_.perform({ Action::remove, Effect::takes_away, change.key });
        }
        return Before::apply(changes);
    }
};

TEST(Simulation, FindsAPlantedFaultInRule08WhoIsGoneIsRemovedAtOnce)
{
    expect_found(8, plugin_fault<RemovesAtOnce>());
}

// 9: a reading that failed looks like one that found nothing, or one that it could not understand like a
// whole one.

class FailsSilently : public JobSource {
public:
    explicit FailsSilently(JobSource& source) : source_(source) { }
    Result<WindowRead> jobs(Window window, JobSink& sink) override
    {
        auto read = source_.jobs(window, sink);
        return read ? WindowRead { read->rows, 0 } : WindowRead {};
    }
    Result<NodeShape> shape(Name partition) override { return source_.shape(partition); }

private:
    JobSource& source_;
};

TEST(Simulation, FindsAPlantedFaultInRule09AFailedReadingLooksWhole)
{
    Planted planted;
    planted.jobs = [](JobSource& source) { return std::make_unique<FailsSilently>(source); };
    expect_found(9, planted);
}

// 10: what the plugin sees is never what it was asked for.

class IsNeverContent : public Before {
public:
    using Before::Before;
    Result<Observation> observed(const Interest& interest) override
    {
        auto seen = Before::observed(interest);
        if (seen)
            for (auto& record : seen->records)
                for (auto& field : record.fields)
                    if (field.field.text() == "owner" && site_.applies == 0)
                        field.value = Name { "SITE-AGENT" };
        return seen;
    }
};

TEST(Simulation, FindsAPlantedFaultInRule10AnIdleCycleIsNot)
{
    expect_found(10, plugin_fault<IsNeverContent>());
}

} // namespace
} // namespace site::simulation
