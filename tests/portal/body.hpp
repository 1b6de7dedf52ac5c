#pragma once
// The body of a POST, read as the portal's framework reads it, with its words for what is wrong.
#include "clock.hpp"
#include "decimal.hpp"
#include "http.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace site {

/// The JSON object or flat form in the body; an empty body is an empty object.
/// Otherwise 415 for another content type, 400 for broken JSON or anything but an object.
std::variant<boost::json::object, Response> body_object(const Request& request);

/// The JSON list in the body, where a call takes one.
std::variant<boost::json::array, Response> body_list(const Request& request);

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
    std::optional<std::int64_t> number(std::string_view name, Need need);
    std::optional<bool> boolean(std::string_view name, Need need);
    /// A day `YYYY-MM-DD`.
    std::optional<std::string> date(std::string_view name, Need need);
    std::optional<std::string> choice(
        std::string_view name, Need need, std::span<const std::string_view> choices);
    /// A list of texts, as JSON.
    std::optional<std::string> texts_of(std::string_view name, Need need);
    /// A UUID with the framework's own words for what is none.
    std::optional<std::string> own_uuid(std::string_view name, Need need);
    /// The UUID at the end of the address of an object in `collection`.
    std::optional<std::string> link(std::string_view name, Need need, std::string_view collection);
    bool is_null(std::string_view name) const;
    /// The value, when it is there and not null.
    const boost::json::value* any(std::string_view name, Need need);
    void wrong(std::string_view name, std::string_view text);

    boost::json::object errors;

private:
    const boost::json::object& given_;
};

} // namespace site
