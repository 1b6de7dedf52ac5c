#pragma once

#include "portal/calls.hpp"
#include "portal/operations/operation.hpp"

#include <boost/json/value.hpp>

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// What a person gives for one call of an operation.
struct OperationInput {
    /// By the name of a place, a query parameter or a member of the body; more than one where it may be many.
    std::map<std::string, std::vector<std::string>, std::less<>> given {};
    std::vector<std::string> items {}; ///< `KEY=VALUE`, of an operation whose body is a list
    std::vector<std::string>
        fields {}; ///< the members wanted in the answer, where the operation takes `field`
    std::optional<boost::json::value> body {}; ///< the whole body; `given` members are set in it
};

/// The request. Errc::invalid when something is missing, not a parameter of the operation, or of the wrong
/// form; the text begins with the parameter's name.
Result<Call> operation_call(const PortalOperation&, const OperationInput&);

/// The same for the agent's own calls, whose values are right already: `values` for the places in the path.
Call call_of(const PortalOperation&, std::initializer_list<std::string_view> values = {},
    std::string query = {}, std::string body = {});

/// The path with `values` encoded in the places of the path, in order.
std::string operation_path(const PortalOperation&, const std::vector<std::string>& values);

} // namespace site
