#pragma once
#include "listing.hpp"

#include <string>

namespace site {

/// `openportal-managed-projects`: what other portals asked this one to host, by identifier and destination.
extern const View managed_projects_view;
void add_managed_project_routes(Routes& routes);

/// The one that the path names, which the caller must see; else 404.
struct ManagedProject {
    std::string uuid, state, details, project, template_uuid;
};
std::variant<ManagedProject, Response> visible_managed_project(const Call& call);

} // namespace site
