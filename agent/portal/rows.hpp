#pragma once

#include "model/decimal.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// States of an OpenPortal allocation, whatever spelling the server uses ("Creation Scheduled", "ERRED").
enum class PortalState : std::uint8_t {
    creation_scheduled,
    creating,
    ok,
    update_scheduled,
    updating,
    erred,
    deletion_scheduled,
    deleting,
    unknown
};

std::string_view name(PortalState);

/// One row of `openportal-allocations` as it came; nothing judged yet. Missing and null are both "none".
struct AllocationRow {
    Uuid uuid;
    std::string name;
    std::string backend_id; ///< `project.portal`; empty until set up
    std::optional<std::string> groupname;
    std::optional<std::int64_t> node_limit;
    std::optional<Decimal> node_usage;
    bool is_active = true;
    PortalState state = PortalState::unknown;
    Uuid service_settings;
    std::string customer_name;
    std::string customer_abbreviation;
    std::string project_name;
    Uuid resource; ///< marketplace resource; nil when null
    std::string resource_state;
    Uuid offering;
    /// What could not be read of the row, naming the member; the row is then refused, never half used.
    std::string broken;

    bool operator==(const AllocationRow&) const = default;
};

/// One row of `openportal-associations`.
struct AssociationRow {
    Uuid uuid;
    Uuid allocation;
    std::optional<std::string> username;
    std::optional<std::string> groupname;
    std::optional<std::string> useridentifier;
    std::string broken;

    bool operator==(const AssociationRow&) const = default;
};

/// Both lists, whole, narrowed to one cluster. Sorted by uuid.
struct Listing {
    std::vector<AllocationRow> allocations;
    std::vector<AssociationRow> associations;
    std::size_t foreign_allocations = 0; ///< set aside: another instance's
    std::size_t foreign_associations = 0;
    Instant taken; ///< our clock, when the reading began
    std::optional<Seconds> skew {}; ///< portal's clock minus ours, from its Date header
};

/// What the status reading takes from `marketplace-provider-resources`.
struct ResourceRow {
    Uuid uuid;
    std::string state; ///< marketplace spelling: OK, Erred, Terminated ...
    bool paused = false;
    bool downscaled = false;
    bool restrict_member_access = false;
    std::map<std::string, std::uint64_t> limits {}; ///< what is granted, by component, in its unit

    bool operator==(const ResourceRow&) const = default;
};

struct OfferingComponent {
    std::string type;
    std::string billing_type;
    std::string measured_unit;
};

struct ComponentAmount {
    std::string type;
    Decimal amount;
    bool operator==(const ComponentAmount&) const = default;
};

struct UserAmount {
    std::string username;
    Decimal amount;
    bool operator==(const UserAmount&) const = default;
};

/// A stored component usage of one resource and month.
struct UsageRecord {
    Uuid uuid;
    std::string type;
    Decimal usage;
};

} // namespace site
