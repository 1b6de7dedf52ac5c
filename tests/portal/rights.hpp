#pragma once
// What the caller's roles allow.
#include "call.hpp"

#include <string>

namespace site {

/// Staff, an owner of the customer, a manager, an administrator, a member of the project: each may what the
/// next one may. The account of a site sees everything and may none of it.
enum class Standing { none, member, administrator, manager, owner, staff };

Standing standing_in(const Call& call, const std::string& project);
bool owns(const Call& call, const std::string& customer);
bool sees_customer(const Call& call, const std::string& customer);
bool sees_project(const Call& call, const std::string& project);

Response forbidden();

} // namespace site
