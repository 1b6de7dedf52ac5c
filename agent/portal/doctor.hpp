#pragma once

#include "api/finding.hpp"
#include "portal/rows.hpp"
#include "portal/usage_report.hpp"

#include <boost/json/object.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace site {

// Holds what the portal says in one place against what it says in another, and against what we hold. All of
// it is reading; a finding's subject is the identifier or the UUID that it is about.

/// `portal-orphan`: an association whose allocation is not in the list. `portal-groupname`: an association in
/// another group than its allocation. `portal-foreign`: an identifier of another portal than `portal`, or of
/// a user in another project than his allocation's. `listing` has to be the token's whole view.
std::vector<Finding> doubtful_rows(const Listing& listing, std::string_view portal);

/// `portal-usage`: the node-seconds of one month's days before `today` are not the same in the portal's
/// document and in ours, or only one of the two has the project.
std::vector<Finding> usage_differences(const PortalUsageReport& ours,
    const std::map<std::string, ProjectUsageReport>& theirs, Month month, Day today);

/// `portal-unmapped`: of `asked`, what the portal's mapping answers null for, or nothing. `what` is `user` or
/// `project`.
std::vector<Finding> unmapped(
    std::span<const std::string> asked, const boost::json::object& mapping, std::string_view what);

} // namespace site
