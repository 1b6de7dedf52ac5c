#pragma once

#include "api/finding.hpp"
#include "ldap/directory.hpp"

#include <string>
#include <vector>

namespace site {

/// Everything a sysadmin should know of this directory; one finding each, `info` where it is well. Nothing is
/// written.
std::vector<Finding> check_ldap(const LdapSettings&, Directory&);

/// An object class of a server's schema (RFC 4512, 4.1.1).
struct LdapClass {
    enum class Sort : std::uint8_t { abstract, structural, auxiliary };
    std::vector<std::string> names;
    Sort sort = Sort::structural;
    std::vector<std::string> must {};
    std::vector<std::string> may {};
};

/// An error for what is no definition.
Result<LdapClass> parse_class(const std::string& definition);

/// What the schema means for the settings. Pure.
std::vector<Finding> judge_schema(const LdapSettings&, const std::vector<LdapClass>&);

} // namespace site
