#pragma once
// Internal to exec.

#include "api/result.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace site {

/// One line as a JSON object; an Error where it is none, is deeper than the protocol goes, or has a member
/// twice.
Result<boost::json::object> parse_json_line(std::string_view line);

/// Takes the members out of an object of the protocol. Null and missing are the same: none. What is wrong is
/// remembered, the first only, and told by `done`.
class Members {
public:
    /// `what` names the object in errors: `record`.
    Members(const boost::json::object& object, std::string what) : object_(object), what_(std::move(what)) { }

    std::optional<std::string> text(std::string_view key);
    std::optional<std::int64_t> integer(std::string_view key); ///< `3`, not `3.0` and not `"3"`
    std::optional<bool> boolean(std::string_view key);
    const boost::json::object* object(std::string_view key);

    /// A text that must be there and may become a name: 1 to 256 bytes, no control characters.
    std::string name(std::string_view key);
    /// A whole number that must be there, 0 to `most`.
    std::int64_t number(std::string_view key, std::int64_t most);

    void wrong(const std::string& why);
    /// The first thing that was wrong, or a member that nobody asked for.
    Result<void> done();

private:
    const boost::json::value* find(std::string_view key);
    void wrong(std::string_view key, std::string_view why);

    const boost::json::object& object_;
    const std::string what_;
    std::set<std::string, std::less<>> asked_;
    std::string problem_;
};

/// Whether text from outside may become a name: 1 to 256 bytes without control characters.
bool nameable(std::string_view);

} // namespace site
