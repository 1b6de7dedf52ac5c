#pragma once

#include "api/plugin.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// A real OpenLDAP of the test's own (tests/support/ldap-sandbox), up for as long as the object lives. It
/// holds u001.. below ou=people and, by the tool's settings, g0001.. below ou=groups.
class LdapSandbox {
public:
    /// `settings`: LDAP_SANDBOX_* variables of the tool. Throws std::runtime_error when it does not come up.
    explicit LdapSandbox(LdapSchema, std::vector<std::pair<std::string, std::string>> settings = {});
    ~LdapSandbox();
    LdapSandbox(const LdapSandbox&) = delete;
    LdapSandbox& operator=(const LdapSandbox&) = delete;

    /// Of a plugin that binds as cn=agent over StartTLS with the sandbox's CA.
    [[nodiscard]] LdapSettings settings() const;
    /// What `env` of the tool says: `LDAP_URI`.
    [[nodiscard]] const std::string& variable(const std::string& name) const { return environment_.at(name); }
    [[nodiscard]] std::string groups() const { return "ou=groups," + variable("LDAP_BASE"); }
    [[nodiscard]] std::string people() const { return "ou=people," + variable("LDAP_BASE"); }
    [[nodiscard]] const std::filesystem::path& path() const { return dir_.path(); }

    /// A verb of the tool: `tool("stop")`. Throws when it fails.
    void tool(const std::string& verb);
    /// Changes the directory behind the agent's back, by LDIF as ldapmodify takes it. Throws when it is
    /// refused.
    void modify(const std::string& ldif);
    /// Values of an attribute, sorted; empty where there is no such entry.
    std::vector<std::string> values(const std::string& dn, const std::string& attribute);
    bool there(const std::string& dn);
    /// Every entry with all it holds, in the order in which slapd gives it.
    std::string state();
    /// Removes every entry below ou=groups, and what is below ou=people beside the first users.
    void clear();

private:
    Result<Output> call(std::vector<std::string> words);
    Output ldap(const std::string& program, std::vector<std::string> arguments, std::string input = {});

    TempDir dir_;
    SystemRunner runner_;
    LdapSchema schema_;
    std::vector<std::pair<std::string, std::string>> tool_settings_;
    std::map<std::string, std::string> environment_;
};

/// Reads a password as the agent does.
Result<std::string> secret_of(const SecretSource&);

} // namespace site
