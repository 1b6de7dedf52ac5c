#pragma once
// The body of a POST, read as the portal's framework reads it, with its words for what is wrong.
#include "clock.hpp"
#include "decimal.hpp"
#include "http.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace site {

/// The JSON object or flat form in the body; an empty body is an empty object.
/// Otherwise 415 for another content type, 400 for broken JSON or anything but an object.
std::variant<boost::json::object, Response> body_object(const Request& request);

/// How the framework names the type of a value in its messages: `dict`, `list`, `str`, `int` ...
std::string_view python_type(const boost::json::value& value);

/// Takes fields out of one object; what is wrong with them gathers in `errors`, keyed by field.
class Fields {
public:
    enum class Need { required, optional };
    struct Text {
        Need need = Need::required;
        std::size_t longest = 0; ///< characters; 0: any
        bool blank = false; ///< whether it may be empty
    };

    explicit Fields(const boost::json::object& given) : given_(given) { }

    std::optional<std::string> text(std::string_view name, Text rule);
    std::optional<Decimal> decimal(std::string_view name, Need need);
    std::optional<Instant> instant(std::string_view name, const Zone& zone);
    std::optional<std::string> uuid(std::string_view name);
    /// The value, when it is there and not null.
    const boost::json::value* any(std::string_view name, Need need);
    void wrong(std::string_view name, std::string_view text);

    boost::json::object errors;

private:
    const boost::json::object& given_;
};

} // namespace site
