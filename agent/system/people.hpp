#pragma once

#include "model/result.hpp"

#include <grp.h>
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

/// The name of the user with this uid. None: the name service answered that there is none.
Result<std::optional<std::string>> user_name(uid_t);

using GroupLookup = int (*)(const char*, group*, char*, std::size_t, group**);

/// The gid of a group by its name, the name of a group by its gid; as `person`. The members of a large group
/// come with the answer, whatever they cost.
Result<std::optional<gid_t>> group_id(const std::string& name, GroupLookup lookup = &::getgrnam_r);
Result<std::optional<std::string>> group_name(gid_t);

} // namespace site
