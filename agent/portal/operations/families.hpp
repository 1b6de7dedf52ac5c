#pragma once

#include "portal/operations/operation.hpp"

namespace site {

// The rows of each file of this folder; `portal_operations` has them all.
std::span<const PortalOperation> allocation_operations();
std::span<const PortalOperation> managed_project_operations();
std::span<const PortalOperation> unmanaged_project_operations();
std::span<const PortalOperation> report_operations();
std::span<const PortalOperation> mapping_operations();
std::span<const PortalOperation> marketplace_operations();

} // namespace site
