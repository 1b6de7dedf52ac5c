#pragma once

#include "support/fake_groups.hpp"
#include "unit/core/cycle_fixture.hpp"

#include <map>

namespace site {

/// A keeper of Unix groups beside the one of accounts.
struct CycleGroups : CycleTest {
    CycleGroups()
    {
        config.clusters[0].gids = { 5001, 5010 };
        config.clusters[0].unix_groups.emplace();
        restart_groups();
    }

    void restart_groups()
    {
        groups = std::make_unique<Backend>(
            "groups", std::make_unique<FakeGroups>(Name { "c1" }, unix_site), nullptr, Seconds { 60 });
    }

    CycleParts both_parts()
    {
        auto with = parts();
        with.backends = { backend.get(), groups.get() };
        with.ids.group_of = [this](std::uint32_t gid) -> Result<std::optional<std::string>> {
            if (nss_away)
                return Error { Errc::unreachable, "sssd is away" };
            const auto found = nss_groups.find(gid);
            return found == nss_groups.end() ? std::nullopt : std::optional(found->second);
        };
        with.ids.gid_of = [this](Name group) -> Result<std::optional<std::uint32_t>> {
            if (nss_away)
                return Error { Errc::unreachable, "sssd is away" };
            for (const auto& [gid, name] : nss_groups)
                if (name == group.text())
                    return std::optional(gid);
            return std::optional<std::uint32_t> {};
        };
        with.ids.user_of = [this](std::uint32_t uid) -> Result<std::optional<std::string>> {
            const auto found = nss_users.find(uid);
            return found == nss_users.end() ? std::nullopt : std::optional(found->second);
        };
        return with;
    }
    CycleReport both(CycleMode mode) { return cycle(both_parts(), mode); }
    CycleReport both() { return both(CycleMode::apply); }

    std::string group(const std::string& name)
    {
        const auto found = unix_site.groups.find(Name { name });
        if (found == unix_site.groups.end())
            return "none";
        auto out = std::to_string(found->second.gid) + ":";
        for (const auto member : found->second.members)
            out += " " + member.text();
        return out;
    }

    static std::string codes(const CycleReport& report)
    {
        std::string out;
        for (const auto& finding : report.plan.findings)
            if (finding.code != "spent-unknown")
                out += finding.code + " ";
        return out;
    }

    static std::string blocked_text(const CycleReport& report)
    {
        std::string out;
        for (const auto& one : report.plan.blocked)
            out += text(one.key) + ": " + one.why + "\n";
        return out;
    }

    void leave(const std::string& user)
    {
        std::erase_if(
            portal.rows.associations, [&](const AssociationRow& row) { return row.username == user; });
    }

    FakeGroups::Site unix_site;
    std::unique_ptr<Backend> groups;
    std::map<std::uint32_t, std::string> nss_groups;
    std::map<std::uint32_t, std::string> nss_users;
    bool nss_away = false;
};

} // namespace site
