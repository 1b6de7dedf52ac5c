#pragma once
// What a handler is given: the request, the data, the time, who calls, and which data fault is on.
#include "clock.hpp"
#include "database.hpp"
#include "http.hpp"
#include "query.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace site {

/// Which servers the portal answers as, where they differ.
enum class Profile {
    newest, ///< to the letter of the published API pages
    of_2026, ///< as the server's source of 2026 does, which departs from them in places
};

struct User {
    std::int64_t id = 0;
    std::string uuid;
    std::string username;
    std::string email;
    std::string full_name;
    std::string short_name; ///< the `mia` of `mia.climate.brics`; empty when there is none
    bool is_staff = false; ///< may report into past months
    bool has_role = true; ///< without: every list is empty and every object is not found
    bool may_write = true; ///< without: writing calls are 403
    bool is_scoped = false; ///< sees only what its roles make visible

    /// What the account of a site does: usage and states of marketplace resources.
    bool may_report() const { return may_write && has_role && !is_scoped; }
};

/// What stands in a path for a thing that is not named by UUID.
struct Names {
    std::string identifier;
    std::string destination;
};

/// Faults in what a list shows rather than in how it is sent.
struct ListFault {
    int shift = 0; ///< rows by which every page after the first is moved: -1 repeats one, +1 skips one
};

struct Call {
    const Request& request;
    Query query;
    Database& database;
    const Zone& zone;
    Instant now;
    User user;
    ListFault list_fault;
    std::string uuid; ///< the `{uuid}` of the path as 32 hex digits, where the route has one
    std::int64_t id = 0; ///< the `{id}` of the path, where the route has that
    Names names; ///< `{identifier}` and `{destination}`, decoded, where the route has them
    Profile profile = Profile::newest;

    std::int64_t stamp() const { return now.time_since_epoch().count(); }
    /// `2026-08-12` on the server's calendar.
    std::string today() const { return zone.write(now).substr(0, 10); }
    /// The same call for another object.
    Call of(std::string other_uuid) const
    {
        Call other = *this;
        other.uuid = std::move(other_uuid);
        return other;
    }
};

using Handle = std::function<Response(const Call&)>;

/// One address and the methods it knows.
struct Route {
    /// `{uuid}`, `{id}`, `{identifier}` and `{destination}` stand for one segment; with a `*` before the
    /// closing brace the segment may contain dots on every server.
    std::string path;
    std::vector<std::pair<std::string, Handle>> methods;
};
using Routes = std::vector<Route>;

} // namespace site
