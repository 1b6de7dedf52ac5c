#pragma once

#include "model/result.hpp"
#include "model/uuid.hpp"

#include <boost/json.hpp>

#include <set>

namespace site {

/// UUIDs as a JSON list, for the store's notes.
boost::json::array uuid_list(const std::set<Uuid>&);
Result<std::set<Uuid>> uuids(const boost::json::value&);

} // namespace site
