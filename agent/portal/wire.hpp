#pragma once

#include "portal/rows.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace site {

// The portal's JSON, read and written. Pure. Unknown members are ignored. Format: waldur-openapi, servers
// of 2024 to 2026. Errors of reading are Errc::invalid and hold nothing of the text but quoted names.

/// Compared without case, spaces and underscores; a word of tomorrow is `unknown`.
PortalState portal_state(std::string_view);

/// One page, a bare array. A member of the wrong form, or standing twice, makes its row `broken`; a row
/// whose uuid can't be read makes the page unreadable, since it could not be counted.
Result<std::vector<AllocationRow>> read_allocations(std::string_view json);
Result<std::vector<AssociationRow>> read_associations(std::string_view json);

/// A resource and the offering it is of, to check what a filter answered.
struct OfferedResource {
    ResourceRow row;
    Uuid offering;
    Uuid uuid() const { return row.uuid; }
};
/// Any bad member is an error: a resource with half a status must not look like one in order.
Result<std::vector<OfferedResource>> read_resources(std::string_view json);

/// A record with the period that the portal says it is of.
struct PeriodRecord {
    UsageRecord record;
    Uuid resource; ///< nil when not said
    std::optional<Month> month;
};
Result<std::vector<PeriodRecord>> read_usage_records(std::string_view json);

Result<std::vector<OfferingComponent>> read_components(std::string_view json);

/// A text member of a single object.
Result<std::string> read_text_member(std::string_view json, std::string_view key);
Result<Uuid> read_uuid_member(std::string_view json, std::string_view key);

/// What an identity provider hands out (RFC 6749 §5.1).
struct Grant {
    std::string token;
    Seconds lifetime { 300 }; ///< `expires_in`, a number or digits; the default is the portal's own agent's
};
Result<Grant> read_grant(std::string_view json);

/// A snapshot: an object with the arrays `openportal-allocations` and `openportal-associations`. Rows as
/// above; equal uuids in one array are an error. `taken` is left at its default, nothing is narrowed.
Result<Listing> read_snapshot(std::string_view json);

std::string usage_json(Uuid resource, Instant date, std::span<const ComponentAmount>);
std::string user_usages_json(Instant date, std::span<const UserAmount>);
std::string user_usage_json(Instant date, const UserAmount&);
/// The message is cut to 500 bytes and freed of control characters: project members read it.
std::string erred_json(std::string_view message);
std::string snapshot_json(const Listing&);

} // namespace site
