#pragma once
// Who has a role in a project, and until when.
#include "call.hpp"

namespace site {

Response list_project_users(const Call& call);
/// 201; 400 for a role that the user has.
Response add_project_user(const Call& call);
Response update_project_user(const Call& call);
Response delete_project_user(const Call& call);

} // namespace site
