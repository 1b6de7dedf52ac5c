#pragma once
#include "listing.hpp"

namespace site {

/// `openportal-unmanaged-projects`: the projects that no other portal asked this one to host.
extern const View unmanaged_projects_view;
void add_unmanaged_project_routes(Routes& routes);

/// Whether a removed project may be meant, too.
enum class Removed { hidden, shown };
/// Nothing when the caller sees the project `call.uuid`; else the 404 that he gets.
std::optional<Response> hidden_project(const Call& call, Removed removed = Removed::hidden);

} // namespace site
