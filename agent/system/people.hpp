#pragma once

#include "model/result.hpp"

#include <optional>
#include <pwd.h>
#include <string>
#include <sys/types.h>

namespace site {

/// A Unix user as the name service knows it.
struct Person {
    uid_t uid;
    gid_t gid;

    bool operator==(const Person&) const = default;
};

/// getpwnam_r(3), or a test's own.
using PasswdLookup = int (*)(const char*, passwd*, char*, std::size_t, passwd**);

/// Asks the name service (files, sssd, LDAP). None: it answered that there is no such user. An error:
/// it did not answer, which says nothing about the user. May block as long as the name service does.
Result<std::optional<Person>> person(const std::string& name, PasswdLookup lookup = &::getpwnam_r);

} // namespace site
