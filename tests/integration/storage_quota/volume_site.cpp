#include "integration/storage_quota/volume_site.hpp"

#include "core/settle.hpp"
#include "storage_quota/linux_quota.hpp"
#include "store/ownership.hpp"
#include "support/records_text.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace site {

VolumeSite::VolumeSite()
{
    settings.name = "scratch";
    settings.root = site.root().string();
    settings.projects = { .kept = true, .directory = "{project}", .group = "{group}", .mode = 02770 };
    settings.projects.quota_by = QuotaBy::project;
    settings.projects.quota = { 8 << 20, 1000 };
}

void VolumeSite::restart()
{
    plugin_.reset();
}

Volume& VolumeSite::plugin()
{
    if (!plugin_)
        plugin_ = std::make_unique<Volume>(
            Name("c1"), settings, [](const VolumeSettings& kept) { return linux_engine(kept); });
    return *plugin_;
}

Snapshot VolumeSite::snapshot(const std::vector<Allocation>& allocations) const
{
    Snapshot out;
    out.cluster = Name("c1");
    out.month = std::chrono::year(2026) / std::chrono::November;
    out.allocations = allocations;
    out.owned = &owned;
    return out;
}

Observation VolumeSite::look(const Snapshot& view)
{
    auto seen = plugin().observed(plugin().interest(view));
    EXPECT_TRUE(seen) << (seen ? "" : seen.error().text);
    return seen ? std::move(*seen) : Observation {};
}

Difference VolumeSite::plan(const std::vector<Allocation>& allocations)
{
    const auto view = snapshot(allocations);
    const auto seen = look(view);
    if (!seen.facts)
        return {};
    const auto desired = plugin().desired(view, seen);
    EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
    if (!desired)
        return {};
    auto difference = diff(seen.records, *desired, view);
    findings_ = seen.findings;
    findings_.insert(findings_.end(), desired->findings.begin(), desired->findings.end());
    findings_.insert(findings_.end(), difference.findings.begin(), difference.findings.end());
    return difference;
}

bool VolumeSite::told(const std::string& code) const
{
    return std::any_of(
        findings_.begin(), findings_.end(), [&](const Finding& finding) { return finding.code == code; });
}

std::vector<std::string> VolumeSite::reconcile(const std::vector<Allocation>& allocations)
{
    const auto changes = plan(allocations).changes;
    const auto results = plugin().apply(changes);
    const auto seen = look(snapshot(allocations));
    std::vector<std::string> out;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto record = std::find_if(seen.records.begin(), seen.records.end(),
            [&](const Record& one) { return one.key == changes[i].key; });
        const auto became = settled(changes[i], record == seen.records.end() ? nullptr : &*record);
        if (became.booked)
            site::settle(owned, *became.booked);
        out.push_back(text(changes[i]) + ": "
            + (!results[i]                            ? results[i].error().text
                    : became.outcome != Outcome::done ? became.said
                                                      : std::string("ok")));
    }
    return out;
}

void VolumeSite::settle(const std::vector<Allocation>& allocations)
{
    EXPECT_THAT(reconcile(allocations), testing::Each(testing::EndsWith(": ok")));
    EXPECT_EQ(lines(plan(allocations).changes), "");
}

void VolumeSite::adopt(const std::vector<Allocation>& allocations)
{
    const auto view = snapshot(allocations);
    const auto seen = look(view);
    for (const auto& record : seen.records) {
        auto& mine = owned[record.key];
        mine.record = true;
        for (const auto& field : record.fields)
            mine.fields.push_back({ field.field, field.value, field.value, {} });
    }
}

QuotaHeld VolumeSite::held(QuotaBy by, std::uint32_t id)
{
    const auto engine = linux_engine(settings);
    const std::vector<QuotaSubject> one { { by, id } };
    const auto all = engine->read(one);
    EXPECT_TRUE(all && all->front());
    return all && all->front() ? *all->front() : QuotaHeld {};
}

StorageReading VolumeSite::levels(const std::vector<Allocation>& allocations)
{
    sync_counts();
    auto read = plugin().levels(snapshot(allocations));
    EXPECT_TRUE(read) << (read ? "" : read.error().text);
    return read ? std::move(*read) : StorageReading {};
}

Member VolumeSite::member(const std::string& user, std::uint32_t uid, Standing standing)
{
    Member out;
    out.user = Name(user);
    out.identifier = user + ".climate.brics";
    out.standing = standing;
    out.uid = uid;
    out.primary_gid = 30'000;
    return out;
}

Allocation VolumeSite::project(const std::string& name, std::uint32_t gid, std::vector<Member> members)
{
    Allocation out;
    out.name = name;
    out.identifier = name + ".brics";
    out.group = Name("brics." + name);
    out.gid = gid;
    out.grants_known = true;
    out.members = std::move(members);
    return out;
}

} // namespace site
