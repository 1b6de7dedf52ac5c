#pragma once
// Internal to portal.

#include "model/decimal.hpp"
#include "model/uuid.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// Takes members out of one JSON object. Missing and null are the same: none. A member of the wrong
/// form reads as none too, and the first such is remembered as `problem`, beginning with its name.
class RowReader {
public:
    explicit RowReader(const boost::json::object& object) : object_(object) { }

    [[nodiscard]] const std::string& problem() const { return problem_; }

    std::optional<std::string> text(std::string_view key);
    std::optional<bool> boolean(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key); ///< `3`, not `3.0` and not `"3"`
    std::optional<Decimal> decimal(std::string_view key); ///< a number or a string, as servers differ
    std::optional<Uuid> uuid(std::string_view key); ///< an empty string is none
    /// An object's members that are whole numbers from 0; others are left out, as if they were not there.
    std::map<std::string, std::uint64_t> amounts(std::string_view key);
    std::optional<Uuid> reference(std::string_view key); ///< the last path segment of a URL

private:
    const boost::json::value* find(std::string_view key) const;
    void wrong(std::string_view key, std::string_view why);

    const boost::json::object& object_;
    std::string problem_;
};

} // namespace site
