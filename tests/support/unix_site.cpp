#include "support/unix_site.hpp"

#include "store/ownership_store.hpp"
#include "support/records_text.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace site {
namespace {

std::string name_of(const std::string& line)
{
    return line.substr(0, line.find(':'));
}

} // namespace

UnixSite::UnixSite(Where where)
{
    dir_.emplace();
    const auto etc = dir_->path() / "etc";
    std::filesystem::create_directories(etc / "skel" / ".config");
    std::filesystem::permissions(etc / "skel" / ".config", std::filesystem::perms { 0700 });
    write_file(etc / "skel" / ".profile", "# ours\n", 0640);
    write_file(etc / "group", "root:x:0:\nusers:x:100:\n", 0644);
    write_file(etc / "gshadow", "root:*::\nusers:*::\n", 0640);
    write_file(etc / "passwd", "root:x:0:0:root:/root:/bin/bash\n", 0644);
    write_file(etc / "shadow", "root:*:19000:0:99999:7:::\n", 0640);
    write_file(etc / "login.defs",
        "USERGROUPS_ENAB yes\nPASS_MAX_DAYS 99999\nPASS_MIN_DAYS 0\nPASS_WARN_AGE 7\n", 0644);
    (where == Where::prefix ? settings.prefix : settings.root) = dir_->path().string();
}

UnixGroups& UnixSite::plugin()
{
    if (!plugin_)
        plugin_ = std::make_unique<UnixGroups>(Name("c1"), settings, runner);
    return *plugin_;
}

Snapshot UnixSite::snapshot(const std::vector<Allocation>& allocations) const
{
    Snapshot out;
    out.cluster = Name("c1");
    out.month = std::chrono::year(2026) / std::chrono::November;
    out.allocations = allocations;
    out.owned = &owned;
    return out;
}

Observation UnixSite::observed(const std::vector<Allocation>& allocations)
{
    const auto seen = plugin().observed(plugin().interest(snapshot(allocations)));
    EXPECT_TRUE(seen) << (seen ? "" : seen.error().text);
    return seen ? *seen : Observation {};
}

Difference UnixSite::plan(const std::vector<Allocation>& allocations)
{
    const auto view = snapshot(allocations);
    const auto seen = observed(allocations);
    if (!seen.facts)
        return {};
    const auto desired = plugin().desired(view, seen);
    EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
    return desired ? diff(seen.records, *desired, view) : Difference {};
}

std::vector<std::string> UnixSite::reconcile(const std::vector<Allocation>& allocations)
{
    const auto changes = plan(allocations).changes;
    const auto results = plugin().apply(changes);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (results[i])
            site::settle(owned, changes[i]);
        out.push_back(text(changes[i]) + ": " + (results[i] ? "ok" : results[i].error().text));
    }
    return out;
}

void UnixSite::settle(const std::vector<Allocation>& allocations)
{
    EXPECT_THAT(reconcile(allocations), testing::Each(testing::EndsWith(": ok")));
    EXPECT_EQ(lines(plan(allocations).changes), "");
}

void UnixSite::take_out_strays(const std::vector<Allocation>& allocations)
{
    const auto desired = plugin().desired(snapshot(allocations), observed(allocations));
    ASSERT_TRUE(desired);
    std::vector<Change> changes;
    for (const auto& stray : desired->strays)
        changes.push_back({ .action = Action::remove, .key = stray.key });
    for (const auto& result : plugin().apply(changes))
        EXPECT_TRUE(result) << (result ? "" : result.error().text);
}

void UnixSite::add_user(const std::string& name, unsigned uid, unsigned gid)
{
    put_line("passwd",
        name + ":x:" + std::to_string(uid) + ":" + std::to_string(gid) + "::/home/" + name + ":/bin/bash");
    put_line("shadow", name + ":!:19000:0:99999:7:::");
}

std::string UnixSite::line(const std::string& file, const std::string& name) const
{
    std::istringstream text(read_file(path("/etc/" + file)));
    for (std::string line; std::getline(text, line);)
        if (name_of(line) == name)
            return line;
    return {};
}

void UnixSite::put_line(const std::string& file, const std::string& line) const
{
    std::istringstream text(read_file(path("/etc/" + file)));
    std::string out;
    bool found = false;
    for (std::string old; std::getline(text, old);) {
        const bool same = name_of(old) == name_of(line);
        out += (same ? line : old) + "\n";
        found |= same;
    }
    std::ofstream(path("/etc/" + file)) << out << (found ? "" : line + "\n");
}

Member UnixSite::member(const std::string& user, Standing standing)
{
    return {
        .user = Name(user), .identifier = user + ".climate.brics", .association = {}, .standing = standing
    };
}

Allocation UnixSite::project(const std::string& group, std::uint32_t gid, std::vector<Member> members)
{
    Allocation out;
    out.name = group;
    out.identifier = "climate.brics";
    out.group = Name(group);
    out.gid = gid;
    out.members = std::move(members);
    return out;
}

} // namespace site
