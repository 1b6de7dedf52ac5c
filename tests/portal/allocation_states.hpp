#pragma once
// The states of an allocation, and the calls that move it from one to the next.
#include "call.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace site {

/// What the portal does in the background: each state on the way to another one lasts a second of the
/// portal's clock, so that a test that stops the clock sees it and then moves on. A creation ends with the
/// names that the instance gives, a deletion with the record.
void settle_allocations(Database& database, Instant now);

struct Allocation {
    std::string state, backend_id, project_uuid;

    bool is_in(std::initializer_list<std::string_view> states) const;
};
/// The allocation `call.uuid`, which the caller must see; else 404.
std::variant<Allocation, Response> visible_allocation(const Call& call);
/// 409 with the states from which the call is possible.
Response wrong_state(std::string_view states);

/// Leaves `state` a second from now for what follows it.
void begin(const Call& call, std::string_view state);

Response pull_allocation(const Call& call);
Response set_allocation_erred(const Call& call);
Response set_allocation_limits(const Call& call);
Response set_allocation_ok(const Call& call);
Response unlink_allocation(const Call& call);

} // namespace site
