#pragma once

#include "api/plugin.hpp"
#include "unix_groups/apply.hpp"
#include "unix_groups/tools.hpp"
#include "unix_groups/tree.hpp"

namespace site {

/// Unix groups and users in local files. Read directly, changed by shadow's own tools only.
class UnixGroups final : public Plugin {
public:
    /// The runner outlives the plugin. `wait` passes the time before a locked file is tried again; empty:
    /// sleeps.
    UnixGroups(Name cluster, const UnixGroupsSettings&, Runner&, Wait wait = {});

    [[nodiscard]] std::vector<Kind> kinds() const override
    {
        return { Kind::group, Kind::user, Kind::group_member };
    }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    /// No process; one read of group and passwd, and of shadow where there are users to look for.
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override;
    /// Reads the files again first, so that what holds already costs no process.
    std::vector<Result<void>> apply(std::span<const Change>) override;
    std::vector<Finding> check() override;

private:
    Name cluster_;
    UnixGroupsSettings settings_;
    UnixTools tools_;
    UnixTree tree_;
    Runner& runner_;
    Wait wait_;
    AccountFiles seen_;
    UnixMemory memory_;
};

} // namespace site
