#pragma once
// What is done with another portal's request to host a project.
#include "call.hpp"

namespace site {

/// From pending only, and not before the `earliest_approve` of its details. A project is made for it, unless
/// one is attached, and those of its members who are known here get their roles in it.
Response approve_managed_project(const Call& call);
Response reject_managed_project(const Call& call);
Response attach_project(const Call& call);
/// The request has to be approved again.
Response detach_project(const Call& call);
Response delete_managed_project(const Call& call);
Response add_note(const Call& call);

} // namespace site
