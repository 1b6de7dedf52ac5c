#include "store/ownership_store.hpp"

#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <random>

namespace site {
namespace {

using namespace test;

Key account(const std::string& name, Name cluster = c1)
{
    return { .kind = Kind::account, .cluster = cluster, .name = Name(name) };
}

/// The whole of it as text, so that a difference can be read.
std::map<std::string, std::string> dump(const Ownership& ownership)
{
    std::map<std::string, std::string> lines;
    const auto show = [](const Value& value) {
        if (value.unset())
            return std::string("-");
        return value.number() ? "#" + value.text() : "'" + value.text() + "'";
    };
    for (const auto& [key, owned] : ownership) {
        std::map<std::string, std::string> fields;
        for (const auto& field : owned.fields)
            fields[field.field.text()]
                = show(field.ours) + " was " + show(field.before) + " by " + field.basis.text();
        std::string line = owned.record ? "made" : "theirs";
        for (const auto& [field, value] : fields)
            line.append("; ").append(field).append("=").append(value);
        lines[text(key)] = line;
    }
    return lines;
}

class OwnershipTest : public testing::Test {
protected:
    void settled(const Change& change, std::string_view plugin = "slurm")
    {
        commit(*database_,
            [&](Transaction& transaction) { store_.settled(transaction, plugin, change, at(1)); });
        if (plugin == "slurm")
            settle(in_memory_, change);
    }
    std::map<std::string, std::string> stored() { return dump(store_.load("slurm", c1).value()); }

    std::unique_ptr<Database> database_ = memory();
    OwnershipStore store_ { *database_ };
    Ownership in_memory_;
};

using Lines = std::map<std::string, std::string>;

TEST_F(OwnershipTest, ACreatedRecordAndItsFieldsAreOurs)
{
    settled({ .action = Action::create,
        .key = account("a"),
        .fields = { { .field = Name("parent"), .before = {}, .after = Value(Name("root")) },
            { .field = Name("fairshare"), .before = {}, .after = Value(7), .basis = Name("b") } } });
    EXPECT_EQ(
        stored(), (Lines { { "account c1/a", "made; fairshare=#7 was - by b; parent='root' was - by " } }));
    EXPECT_EQ(stored(), dump(in_memory_));
}

TEST_F(OwnershipTest, WhatStoodBeforeIsKeptFromTheFirstTaking)
{
    const Name jobs { "GrpJobs" };
    settled({ .action = Action::update,
        .key = account("a"),
        .fields = { { .field = jobs, .before = Value(50), .after = Value(0) } } });
    settled({ .action = Action::update,
        .key = account("a"),
        .fields = { { .field = jobs, .before = Value(0), .after = Value(3), .basis = Name("new") } } });
    EXPECT_EQ(stored(), (Lines { { "account c1/a", "theirs; GrpJobs=#3 was #50 by new" } }));
    EXPECT_EQ(stored(), dump(in_memory_));
}

TEST_F(OwnershipTest, AReleasedFieldIsNoLongerOurs)
{
    const Name jobs { "GrpJobs" };
    const Name submit { "GrpSubmitJobs" };
    settled({ .action = Action::update,
        .key = account("a"),
        .fields = { { .field = jobs, .before = Value(), .after = Value(0) },
            { .field = submit, .before = Value(9), .after = Value(0) } } });
    settled({ .action = Action::update,
        .key = account("a"),
        .fields = { { .field = submit, .before = Value(0), .after = Value(9), .release = true } } });
    EXPECT_EQ(stored(), (Lines { { "account c1/a", "theirs; GrpJobs=#0 was - by " } }));
    settled({ .action = Action::update,
        .key = account("a"),
        .fields = { { .field = jobs, .before = Value(0), .after = Value(), .release = true } } });
    EXPECT_EQ(stored(), Lines {});
    EXPECT_EQ(stored(), dump(in_memory_));
}

TEST_F(OwnershipTest, OfARemovedRecordNothingIsOursAnyMore)
{
    settled({ .action = Action::create,
        .key = account("a"),
        .fields = { { .field = Name("parent"), .before = {}, .after = Value(Name("root")) } } });
    settled({ .action = Action::remove, .key = account("a") });
    EXPECT_EQ(stored(), Lines {});
    EXPECT_EQ(stored(), dump(in_memory_));
    commit(*database_, [](Transaction& transaction) {
        EXPECT_EQ(transaction.sql().execAndGet("SELECT count(*) FROM owned_field").getInt(), 0);
    });
}

TEST_F(OwnershipTest, ARecordThatVanishedIsForgotten)
{
    settled({ .action = Action::create, .key = account("a"), .fields = {} });
    settled({ .action = Action::create, .key = account("b"), .fields = {} });
    commit(*database_, [&](Transaction& transaction) { store_.forget(transaction, "slurm", account("a")); });
    EXPECT_EQ(stored(), (Lines { { "account c1/b", "made" } }));
}

TEST_F(OwnershipTest, AForgottenFieldOfAForeignRecordLeavesNothing)
{
    const Name jobs { "GrpJobs" };
    for (const auto* name : { "ours", "theirs" })
        settled({ .action = name == std::string("ours") ? Action::create : Action::update,
            .key = account(name),
            .fields = { { .field = jobs, .before = {}, .after = Value(0) } } });
    commit(*database_, [&](Transaction& transaction) {
        store_.forget_field(transaction, "slurm", account("ours"), jobs);
        store_.forget_field(transaction, "slurm", account("theirs"), jobs);
        store_.forget_field(transaction, "slurm", account("unknown"), jobs);
    });
    EXPECT_EQ(stored(), (Lines { { "account c1/ours", "made" } }));
}

TEST_F(OwnershipTest, PluginsAndClustersAreApart)
{
    settled({ .action = Action::create, .key = account("a"), .fields = {} });
    settled({ .action = Action::create, .key = account("b", Name("c2")), .fields = {} });
    settled({ .action = Action::create, .key = account("c"), .fields = {} }, "unix_groups");
    EXPECT_EQ(stored(), (Lines { { "account c1/a", "made" } }));
    EXPECT_EQ(dump(store_.load("slurm", Name("c2")).value()), (Lines { { "account c2/b", "made" } }));
    EXPECT_EQ(dump(store_.load("unix_groups", c1).value()), (Lines { { "account c1/c", "made" } }));
}

TEST_F(OwnershipTest, AWordOfDigitsStaysAWord)
{
    settled({ .action = Action::create,
        .key = account("a"),
        .fields = { { .field = Name("word"), .before = {}, .after = Value(Name("12")) },
            { .field = Name("number"), .before = {}, .after = Value(12) },
            { .field = Name("nothing"), .before = {}, .after = Value(Name("")) },
            { .field = Name("unset"), .before = {}, .after = Value() } } });
    const auto loaded = store_.load("slurm", c1).value();
    const auto& owned = loaded.at(account("a"));
    EXPECT_EQ(owned.field(Name("word"))->ours, Value(Name("12")));
    EXPECT_EQ(owned.field(Name("number"))->ours, Value(12));
    EXPECT_EQ(owned.field(Name("nothing"))->ours, Value(Name("")));
    EXPECT_EQ(owned.field(Name("unset"))->ours, Value());
}

TEST_F(OwnershipTest, TheStoreAndTheMemoryAgreeAfterAnyChanges)
{
    std::mt19937 random(20261105);
    const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    const auto value = [&]() -> Value {
        const int kind = pick(3);
        return kind == 0 ? Value() : kind == 1 ? Value(pick(4)) : Value(Name("w" + std::to_string(pick(4))));
    };
    for (int round = 0; round < 400; ++round) {
        Change change;
        change.key = account("a" + std::to_string(pick(4)));
        change.action = pick(8) == 0 ? Action::remove : pick(5) == 0 ? Action::create : Action::update;
        const int count = change.action == Action::remove ? 0 : 1 + pick(3);
        for (int i = 0; i < count; ++i)
            change.fields.push_back({ .field = Name("f" + std::to_string(i)),
                .before = change.action == Action::create ? Value() : value(),
                .after = value(),
                .basis = Name("b" + std::to_string(pick(3))),
                .release = change.action == Action::update && pick(3) == 0 });
        settled(change);
        ASSERT_EQ(stored(), dump(in_memory_)) << "round " << round << ": " << text(change);
    }
}

TEST_F(OwnershipTest, SixtyThousandRecordsAreBookedInOneCommitAndLoadedWhole)
{
    constexpr int count = 60'000;
    commit(*database_, [&](Transaction& transaction) {
        Change change { .action = Action::create,
            .key = { .kind = Kind::association, .cluster = c1, .name = Name("acc") },
            .fields = { { .field = Name("MaxSubmitJobs"), .before = {}, .after = Value(0) } } };
        for (int i = 0; i < count; ++i) {
            change.key.member = Name("u" + std::to_string(i));
            store_.settled(transaction, "slurm", change, at(1));
        }
    });
    EXPECT_EQ(database_->commits(), 1U);
    EXPECT_EQ(store_.load("slurm", c1).value().size(), static_cast<std::size_t>(count));
}

} // namespace
} // namespace site
