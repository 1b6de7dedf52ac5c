#pragma once
// What changes a project itself.
#include "inputs.hpp"

namespace site {

Response create_project(const Call& call);
Response update_project(const Call& call, Update update);
/// The project stays, marked as removed; its people lose their roles. 409 while it has resources.
Response remove_project(const Call& call);
Response recover_project(const Call& call);
Response move_project(const Call& call);
Response update_affiliation(const Call& call);

/// A project that is there from now on, with the checklist of its customer; its UUID.
std::string new_project(const Call& call, const std::string& name, const std::string& customer);

} // namespace site
