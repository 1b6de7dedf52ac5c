#include "storage_quota/projection.hpp"

#include "core/diff.hpp"
#include "storage_quota/fields.hpp"
#include "storage_quota/quota_amounts.hpp"
#include "store/ownership.hpp"
#include "support/records_text.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace site {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::uint64_t gibi = 1UL << 30;

class StorageProjection : public testing::Test {
protected:
    StorageProjection()
    {
        settings_.name = "scratch";
        settings_.root = "/scratch";
        settings_.projects = { .kept = true, .directory = "{project}", .group = "{group}" };
        settings_.projects.quota_by = QuotaBy::project;
        settings_.projects.quota.bytes = 10 * gibi;
        settings_.users = { .kept = true, .directory = "home/{user}", .owner = "{user}" };
        settings_.users.group = "{primary}";
        settings_.users.mode = 0700;
        settings_.users.quota_by = QuotaBy::user;
        settings_.users.quota.bytes = gibi;
        facts_->granularity = 4096;
        facts_->project_ids = true;
        snapshot_.cluster = Name("c1");
        snapshot_.owned = &owned_;
    }

    Allocation& project(const std::string& name, std::uint32_t gid)
    {
        Allocation one;
        one.name = name;
        one.identifier = name + ".brics";
        one.group = Name("brics." + name);
        one.gid = gid;
        snapshot_.allocations.push_back(one);
        return snapshot_.allocations.back();
    }

    static Member member(const std::string& user, std::uint32_t uid, Standing standing = Standing::present)
    {
        Member one;
        one.user = Name(user);
        one.identifier = user + ".x.brics";
        one.standing = standing;
        one.uid = uid;
        one.primary_gid = 100;
        return one;
    }

    Difference plan()
    {
        const VolumePlaces places(settings_, Name("c1"));
        Observation seen;
        seen.records = site_;
        seen.facts = facts_;
        const auto desired = volume_desired(settings_, places, snapshot_, seen);
        EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
        if (!desired)
            return {};
        refused_.clear();
        for (const auto& one : desired->refused)
            refused_.push_back(text(one.key) + ": " + one.why);
        return diff(site_, *desired, snapshot_);
    }

    /// Carries out what is planned on the site that is only in memory.
    void settle_all()
    {
        for (const auto& change : plan().changes) {
            std::erase_if(site_,
                [&](const Record& one) { return one.key == change.key && change.action != Action::update; });
            if (change.action == Action::create) {
                Record made { .key = change.key };
                for (const auto& field : change.fields)
                    made.fields.push_back({ field.field, field.after });
                site_.push_back(made);
            }
            for (auto& record : site_)
                if (record.key == change.key && change.action == Action::update)
                    for (const auto& field : change.fields) {
                        std::erase_if(
                            record.fields, [&](const auto& held) { return held.field == field.field; });
                        if (!field.after.unset())
                            record.fields.push_back({ field.field, field.after });
                    }
            settle(owned_, change);
            std::sort(site_.begin(), site_.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
        }
        EXPECT_EQ(lines(plan().changes), "");
    }

    VolumeSettings settings_;
    Snapshot snapshot_;
    Ownership owned_;
    std::vector<Record> site_;
    std::shared_ptr<VolumeFacts> facts_ = std::make_shared<VolumeFacts>();
    std::vector<std::string> refused_;
};

TEST_F(StorageProjection, MakesADirectoryAndAQuotaForEach)
{
    project("climate", 5001).members = { member("mia", 6001) };
    EXPECT_EQ(lines(plan().changes),
        "create directory c1/mia in scratch: path=home/mia, owner=6001, group=100, mode=0700\n"
        "create directory c1/brics.climate in scratch: path=climate, owner=0, group=5001, mode=2770, "
        "project_id=5001\n"
        "create quota c1/mia in scratch: id=6001, bytes=1073741824\n"
        "create quota c1/brics.climate in scratch: id=5001, bytes=10737418240\n");
}

TEST_F(StorageProjection, APersonInTwoProjectsHasOneOfEach)
{
    project("climate", 5001).members = { member("mia", 6001) };
    project("ocean", 5002).members = { member("mia", 6001) };
    settle_all();
    EXPECT_EQ(site_.size(), 6U);
    // He leaves one of them: nothing happens to what is his.
    snapshot_.allocations[0].members[0].standing = Standing::expired;
    settings_.users.retire = RetireDirectory::lock;
    EXPECT_EQ(lines(plan().changes), "");
    snapshot_.allocations[1].members[0].standing = Standing::revoked;
    EXPECT_EQ(lines(plan().changes), "");
    snapshot_.allocations[1].members[0].standing = Standing::expired;
    EXPECT_EQ(lines(plan().changes), "update directory c1/mia in scratch: mode=0700 -> 0000\n");
}

TEST_F(StorageProjection, WhoIsLeftAloneIsLeftAlone)
{
    project("climate", 5001).members = { member("mia", 6001) };
    settle_all();
    settings_.users.retire = RetireDirectory::move;
    settings_.projects.retire = RetireDirectory::move;
    auto& climate = snapshot_.allocations.front();
    climate.members[0].standing = Standing::frozen;
    climate.members[0].why = "a bad row";
    EXPECT_EQ(lines(plan().changes), "");
    climate.standing = Standing::frozen;
    climate.why = "two identifiers on one name";
    EXPECT_EQ(lines(plan().changes), "");
    EXPECT_THAT(
        refused_, testing::Contains(HasSubstr("brics.climate in scratch: two identifiers on one name")));
    climate.standing = Standing::waiting;
    climate.members.clear();
    climate.why = "no names yet";
    EXPECT_THAT(lines(plan().changes), Not(HasSubstr("brics.climate")));
}

/// The portal lies: it lists nobody and nothing. What was ours is not in the snapshot as gone, as the core
/// would have it, and still no quota is taken away, and no directory but by the site's own setting.
TEST_F(StorageProjection, NothingIsTakenAwayFromWhoVanished)
{
    project("climate", 5001).members = { member("mia", 6001) };
    settle_all();
    snapshot_.allocations.clear();
    EXPECT_EQ(lines(plan().changes), "");
    settings_.projects.retire = RetireDirectory::lock;
    EXPECT_EQ(lines(plan().changes), "update directory c1/brics.climate in scratch: mode=2770 -> 0000\n");
}

TEST_F(StorageProjection, WhatCouldNotBeLookedAtStaysAsItIs)
{
    project("climate", 5001);
    const VolumePlaces places(settings_, Name("c1"));
    facts_->trouble.emplace(places.project_directory(Name("brics.climate")), "climate is a symbolic link");
    EXPECT_EQ(lines(plan().changes), "");
    EXPECT_THAT(refused_, ElementsAre(HasSubstr("climate is a symbolic link")));
}

TEST_F(StorageProjection, WithoutItsIdAProjectWaits)
{
    auto& climate = project("climate", 5001);
    climate.gid.reset();
    climate.no_gid = "looking up group: sssd is away";
    EXPECT_EQ(lines(plan().changes), "");
    EXPECT_THAT(refused_, testing::Each(HasSubstr("sssd is away")));
}

TEST_F(StorageProjection, WithoutTheWordOfWhatIsGrantedNothingIsMadeUp)
{
    settings_.granted_by = "storage";
    auto& climate = project("climate", 5001);
    EXPECT_EQ(plan().changes.size(), 1U); // the directory
    EXPECT_THAT(refused_, ElementsAre(HasSubstr("what is granted to it is not known yet")));
    climate.grants_known = true;
    EXPECT_EQ(plan().changes.size(), 2U);
}

TEST_F(StorageProjection, PathsComeFromTheIdentifierAndAreWhereTheyWereMade)
{
    settings_.projects.directory = "{portal}/{project}-{group}";
    project("climate", 5001);
    settle_all();
    settings_.projects.directory = "elsewhere/{project}";
    const VolumePlaces places(settings_, Name("c1"));
    for (const auto& place : places.interest(snapshot_).places)
        if (place.key.kind == Kind::directory && place.key.member.empty()) {
            EXPECT_EQ(place.path, "brics/climate-brics.climate");
        }
    EXPECT_EQ(lines(plan().changes), "");
    snapshot_.allocations.front().identifier = "../../etc.brics";
    EXPECT_FALSE(places.path("{project}", snapshot_.allocations.front()));
}

TEST(QuotaAmounts, AreWholeMultiplesAndNeverZero)
{
    VolumeSettings settings;
    settings.granted_by = "storage";
    settings.granted_unit = 1000;
    Allocation allocation;
    EXPECT_FALSE(project_wish(settings, allocation, 4096)); // no default, nothing granted
    for (const auto& [granted, bytes] : { std::pair<std::uint64_t, std::uint64_t> { 0, 4096 }, { 1, 4096 },
             { 4, 4096 }, { 5, 8192 }, { 4096, 4096000 },
             { std::numeric_limits<std::uint64_t>::max(),
                 std::numeric_limits<std::int64_t>::max() / 4096 * 4096 } }) {
        allocation.granted[Name("storage")] = granted;
        const auto wish = project_wish(settings, allocation, 4096);
        ASSERT_TRUE(wish);
        EXPECT_EQ(wish->amounts.bytes, bytes) << granted;
        EXPECT_EQ(wish->nothing, granted == 0);
    }
    settings.smallest = 1 << 20;
    allocation.granted[Name("storage")] = 0;
    EXPECT_EQ(project_wish(settings, allocation, 4096)->amounts.bytes, 1U << 20);
    settings.projects.soft_percent = 90;
    allocation.granted[Name("storage")] = 4096;
    EXPECT_EQ(project_wish(settings, allocation, 4096)->soft_bytes, 900U * 4096);
}

TEST(QuotaAmounts, AnOverrideStandsAboveWhatIsGranted)
{
    VolumeSettings settings;
    settings.granted_by = "storage";
    settings.projects.quota = { gibi, 100 };
    settings.overrides["climate.brics"] = { 2 * gibi, {} };
    Allocation climate;
    climate.identifier = "climate.brics";
    climate.granted[Name("storage")] = 7;
    const auto wish = project_wish(settings, climate, 4096);
    EXPECT_EQ(wish->amounts, (QuotaAmounts { 2 * gibi, 100 }));
    EXPECT_EQ(wish->basis.text(), "override 2147483648 100");
    climate.identifier = "ocean.brics";
    EXPECT_EQ(project_wish(settings, climate, 4096)->amounts, (QuotaAmounts { 7 * gibi, 100 }));
    climate.granted.clear();
    EXPECT_EQ(project_wish(settings, climate, 4096)->basis, Name {});
}

} // namespace
} // namespace site
