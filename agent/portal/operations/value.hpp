#pragma once

#include "model/result.hpp"
#include "portal/operations/field.hpp"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace site {

/// One value as a person writes it, as the JSON that the portal takes. `null` stands for null where a field
/// may be that and is no text. Errc::invalid names the field: `node_limit: "x" is no whole number`.
Result<boost::json::value> portal_value(const PortalField&, std::string_view text);

/// What is wrong with a JSON value for a field, as `node_limit: true is no whole number`; empty: nothing.
std::string portal_value_problem(const PortalField&, const boost::json::value&);

enum class ShapeUse : std::uint8_t {
    request, ///< a member that is not in the shape is a problem
    answer ///< the portal may have grown: what is not known is passed over, a URL may be anything
};

/// What is wrong with an object, or with each value of a map: one a line, each with the member's name.
std::vector<std::string> portal_shape_problems(const PortalShape&, const boost::json::value&, ShapeUse);

} // namespace site
