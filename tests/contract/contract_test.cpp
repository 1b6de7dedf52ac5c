#include "contract/subject.hpp"
#include "core/diff.hpp"
#include "core/settle.hpp"
#include "store/ownership_store.hpp"
#include "support/records_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace site {
namespace {

/// One plugin and one site for the whole suite; each test goes on from where the one before left it, as the
/// agent does. Ownership is kept as the core keeps it.
class Contract : public testing::TestWithParam<SubjectMaker> {
protected:
    void SetUp() override
    {
        subject_ = GetParam().make();
        plugin_ = subject_->plugin();
        snapshot_.cluster = subject_->cluster();
        snapshot_.taken = *parse_instant("2026-11-05T08:00:00Z");
        snapshot_.month = month_of(snapshot_.taken);
        snapshot_.month_end = *parse_instant("2026-12-01T00:00:00Z");
        snapshot_.owned = &owned_;
        for (const auto* name : { "brics.climate", "brics.ocean" }) {
            Allocation allocation;
            allocation.name = name;
            allocation.identifier = std::string(name + 6) + ".brics";
            allocation.group = Name { name };
            allocation.gid = 7001 + static_cast<std::uint32_t>(snapshot_.allocations.size());
            allocation.limit = 36000;
            allocation.spent = Spent {};
            for (const auto* user : { "u001", "u002", "u003" }) {
                allocation.members.push_back(
                    { Name { user }, std::string(user) + "." + allocation.identifier, {} });
                allocation.members.back().uid = 6000 + static_cast<std::uint32_t>(user[3] - '0');
            }
            snapshot_.allocations.push_back(allocation);
        }
    }

    /// What the plugin would have changed now.
    std::vector<Change> changes()
    {
        auto interest = plugin_->interest(snapshot_);
        interest.removals = true;
        auto observed = plugin_->observed(interest);
        EXPECT_TRUE(observed) << (observed ? "" : observed.error().text);
        if (!observed)
            return {};
        EXPECT_TRUE(std::is_sorted(observed->records.begin(), observed->records.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; }));
        auto desired = plugin_->desired(snapshot_, *observed);
        EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
        if (!desired)
            return {};
        observation_ = std::move(*observed);
        return diff(observation_.records, *desired, snapshot_).changes;
    }

    /// Applies and books by a second look, as a cycle does.
    void apply(const std::vector<Change>& wanted)
    {
        const auto results = plugin_->apply(wanted);
        ASSERT_EQ(results.size(), wanted.size());
        (void)changes();
        for (const auto& change : wanted) {
            const auto found = std::find_if(observation_.records.begin(), observation_.records.end(),
                [&](const Record& record) { return record.key == change.key; });
            const auto answer = settled(change, found == observation_.records.end() ? nullptr : &*found);
            EXPECT_EQ(answer.outcome, Outcome::done) << text(change) << ": " << answer.said;
            if (answer.booked)
                settle(owned_, *answer.booked);
        }
    }

    /// Makes it so, and holds the plugin against the contract on the way.
    void hold()
    {
        const auto before = subject_->state();
        const auto wanted = changes();
        ASSERT_FALSE(wanted.empty());
        EXPECT_EQ(lines(changes()), lines(wanted)); // planning twice is the same plan
        EXPECT_FALSE(plugin_->commands(wanted).empty());
        EXPECT_EQ(subject_->state(), before); // and planning changes nothing
        apply(wanted);
        EXPECT_EQ(lines(changes()), ""); // apply, then observed, yields the desired
        const auto after = subject_->state();
        for (const auto& result : plugin_->apply(wanted)) // a repeat is a success
            EXPECT_TRUE(result) << (result ? "" : result.error().text);
        EXPECT_EQ(subject_->state(), after);
        plugin_ = subject_->plugin(); // a restart knows the same
        EXPECT_EQ(lines(changes()), "");
    }

    /// The same where the plugin keeps one of what the step is about; else nothing must change.
    void hold_where(const std::vector<Kind>& about)
    {
        const auto kinds = plugin_->kinds();
        if (std::find_first_of(kinds.begin(), kinds.end(), about.begin(), about.end()) != kinds.end())
            hold();
        else
            EXPECT_EQ(lines(changes()), "");
    }

    std::unique_ptr<Subject> subject_;
    std::unique_ptr<Plugin> plugin_;
    Ownership owned_;
    Snapshot snapshot_;
    Observation observation_;
};

/// What is blocked when somebody is gone; what he stored stays his until his grace is over.
const std::vector<Kind> accesses { Kind::group_member, Kind::account };

TEST_P(Contract, HoldsFromCreationOverABlockToItsRemoval)
{
    {
        SCOPED_TRACE("everything is made");
        hold();
    }
    {
        SCOPED_TRACE("a member is gone: blocked");
        snapshot_.allocations[0].members[1].standing = Standing::revoked;
        hold_where(accesses);
    }
    {
        SCOPED_TRACE("he comes back: as before");
        snapshot_.allocations[0].members[1].standing = Standing::present;
        hold_where(accesses);
    }
    {
        SCOPED_TRACE("gone again, and his grace is over: removed");
        snapshot_.allocations[0].members[1].standing = Standing::expired;
        hold();
    }
    {
        SCOPED_TRACE("an allocation is closed");
        snapshot_.allocations[1].active = false;
        hold_where({ Kind::account });
    }
    {
        SCOPED_TRACE("and opened");
        snapshot_.allocations[1].active = true;
        hold_where({ Kind::account });
    }
    {
        SCOPED_TRACE("what is not known leaves everything as it is");
        snapshot_.allocations[1].limit = 0;
        hold_where({ Kind::account });
        snapshot_.allocations[1].limit.reset();
        EXPECT_EQ(lines(changes()), "");
        snapshot_.allocations[1].limit = 36000;
        snapshot_.allocations[1].spent.reset();
        EXPECT_EQ(lines(changes()), "");
    }
    {
        SCOPED_TRACE("an allocation is gone, and comes back");
        snapshot_.allocations[1].spent = Spent {};
        hold_where({ Kind::account }); // its gate was left closed
        snapshot_.allocations[1].standing = Standing::revoked;
        hold_where(accesses);
        snapshot_.allocations[1].standing = Standing::present;
        hold_where(accesses);
    }
    {
        SCOPED_TRACE("a frozen allocation is not touched, whatever else it says");
        snapshot_.allocations[0].standing = Standing::frozen;
        snapshot_.allocations[0].members.clear();
        EXPECT_EQ(lines(changes()), "");
    }
}

INSTANTIATE_TEST_SUITE_P(
    EveryPlugin, Contract, testing::ValuesIn(subjects()), [](const auto& one) { return one.param.name; });

} // namespace
} // namespace site
