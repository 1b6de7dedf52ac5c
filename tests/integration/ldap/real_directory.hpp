#pragma once

#include "api/snapshot.hpp"
#include "core/diff.hpp"
#include "ldap/ldap.hpp"
#include "support/ldap_sandbox.hpp"

#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <vector>

namespace site {

/// One OpenLDAP of each schema for all tests of the program; down when the program ends.
LdapSandbox& sandbox(LdapSchema);

/// The plugin on a real directory with the core's diff, and the ownership kept in memory as the store would.
/// What was made is gone from the shared sandboxes when the object goes.
class RealDirectory {
public:
    explicit RealDirectory(LdapSchema schema) : RealDirectory(site::sandbox(schema)) { }
    explicit RealDirectory(LdapSandbox&);
    ~RealDirectory();
    RealDirectory(const RealDirectory&) = delete;
    RealDirectory& operator=(const RealDirectory&) = delete;

    /// Made by the settings at the first call, and after `restart`.
    Ldap& plugin();
    void restart() { plugin_.reset(); }
    Snapshot snapshot(const std::vector<Allocation>&) const;
    Result<Observation> look(const std::vector<Allocation>&);
    Difference plan(const std::vector<Allocation>&);
    /// Applies; each change with what came of it, `create group sandbox/a: gid: unset -> 7: ok`.
    std::vector<std::string> apply(const std::vector<Change>&);
    /// Plans and applies; expects that every change is done, and that nothing is left to do.
    void settle(const std::vector<Allocation>&);

    [[nodiscard]] std::string group_dn(const std::string& name) const
    {
        return "cn=" + name + "," + settings.group_base;
    }
    [[nodiscard]] std::string user_dn(const std::string& name) const
    {
        return "uid=" + name + "," + settings.people_base;
    }
    /// Values of memberUid or member, sorted.
    std::vector<std::string> members(const std::string& group);

    LdapSandbox& directory;
    LdapSettings settings;
    SystemRunner runner;
    Ownership owned;

private:
    std::unique_ptr<Ldap> plugin_;
};

Member member(const std::string& user);
Allocation project(const std::string& group, std::uint32_t gid, const std::vector<std::string>& users);
/// The changes as text, a line each.
std::vector<std::string> texts(const Difference&);

} // namespace site
