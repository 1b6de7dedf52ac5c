#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace site {

/// What one value of the portal is, in a path, a query or a JSON body.
enum class PortalKind : std::uint8_t {
    text,
    uuid,
    url,
    integer,
    number,
    boolean,
    date, ///< YYYY-MM-DD
    instant, ///< ISO 8601
    decimal, ///< a JSON string or number
    word, ///< one of `words`
    json, ///< anything, as the portal's pages describe it
};

/// A parameter, or a member of an object.
struct PortalField {
    std::string_view name {};
    PortalKind kind = PortalKind::text;
    bool required = false;
    bool nullable = false;
    bool many = false; ///< a list of such values; in a query the parameter is repeated
    std::span<const std::string_view> words {};
    std::string_view help {};
};

/// The members of a JSON object; `is_map` when its keys are data and `fields` describe each value.
struct PortalShape {
    std::string_view name {};
    std::span<const PortalField> fields {};
    bool is_map = false;
};

} // namespace site
