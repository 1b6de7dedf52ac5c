#pragma once
// Internal to portal, as every header here that knows Boost.JSON.

#include "model/result.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// A member name that stands twice in one object. Which of the two a reader would take is anybody's guess.
struct DoubledKey {
    std::string list; ///< member of the document that holds the rows; empty when the document is the array
    std::optional<std::size_t> row; ///< index in that array; none: outside of all rows
    std::string key;
};

struct JsonText {
    boost::json::value value;
    std::vector<DoubledKey> doubled; ///< in the order of the text, one a row at most
};

/// Strict JSON, UTF-8, at most 32 deep. Errors: Errc::invalid, with the position but nothing of the text.
Result<JsonText> parse_json(std::string_view);

} // namespace site
