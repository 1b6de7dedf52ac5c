#pragma once

#include "api/plugin.hpp"
#include "ldap/directory.hpp"
#include "ldap/listing.hpp"

#include <string>
#include <vector>

namespace site {

/// Unix groups, and users where it may make them, in a directory.
class Ldap final : public Plugin {
public:
    /// The runner outlives the plugin.
    Ldap(Name cluster, const LdapSettings&, Runner&, SecretReader);

    [[nodiscard]] std::vector<Kind> kinds() const override
    {
        return { Kind::group, Kind::user, Kind::group_member };
    }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    /// One search for groups, one for users where there is a people_base, one for ids where the filter does
    /// not match every group.
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override;
    std::vector<Result<void>> apply(std::span<const Change>) override;
    std::vector<Finding> check() override;

    [[nodiscard]] const DirectoryCounts& counts() const { return directory_.counts(); }

private:
    void forget_caches();

    Name cluster_;
    LdapSettings settings_;
    Runner& runner_;
    Directory directory_;
    LdapTree tree_;
    bool seen_ = false; ///< the tree is of a whole read
    std::string cache_trouble_; ///< why a cache could not be emptied; empty: all is well
};

} // namespace site
