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

struct User {
    std::int64_t id = 0;
    std::string uuid;
    std::string username;
    bool is_staff = false; ///< may report into past months
    bool has_role = true; ///< without: every list is empty and every object is not found
    bool may_write = true; ///< without: writing calls are 403
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

    std::int64_t stamp() const { return now.time_since_epoch().count(); }
};

using Handle = std::function<Response(const Call&)>;

/// One address and the methods it knows.
struct Route {
    std::string path; ///< `{uuid}` or `{id}` stands for one segment
    std::vector<std::pair<std::string, Handle>> methods;
};
using Routes = std::vector<Route>;

} // namespace site
