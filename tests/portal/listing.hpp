#pragma once
// How any kind of object is listed and retrieved: its fields, filters and order as tables.
#include "call.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace site {

/// One field of an answer and the form it has there.
struct Field {
    enum class Form {
        text,
        number,
        boolean,
        decimal, ///< hundredths as `"12.50"`
        instant, ///< in the server's zone
        hex, ///< UUID as 32 digits
        dashed, ///< UUID with dashes: the portal is not of one mind about that
        url, ///< UUID as the absolute address of the object in `collection`
        link, ///< an address as it was given
        json,
    };
    std::string_view name;
    Form form = Form::text;
    std::string_view collection = {};
};

/// A parameter of the list. A value of the wrong form is ignored, as by the portal's framework.
struct Filter {
    enum class Form {
        text,
        contains, ///< without regard to case
        words, ///< may be repeated: any of them
        boolean,
        number,
        uuid,
        uuids, ///< may be repeated
        url, ///< UUID at the end of an address
        date,
        date_from, ///< instant at or after the start of that day
        date_until,
    };
    std::string_view name;
    std::string_view column;
    Form form = Form::text;
    std::span<const std::string_view> choices = {}; ///< for words: any other word spoils the filter
};

/// Everything here is a constant of the program; only values come from a request, and they are bound.
struct View {
    std::string_view table; ///< a view of sql.cpp
    std::span<const Field> fields;
    std::span<const Filter> filters;
    std::string_view order; ///< SQL
    std::span<const std::string_view> orderings; ///< what `o=` may name
    bool takes_field = true; ///< whether `field=` limits the answer
    std::string_view key = "uuid"; ///< what an object is retrieved by: that, or `id`
};

/// GET or HEAD of the list: one page, `Link`, `X-Result-Count`.
Response list(const Call& call, const View& view);
/// GET of the object `call.uuid` or `call.id`; 404 when it is not there or not visible.
Response retrieve(const Call& call, const View& view);
/// Whether the caller can see the object `call.uuid`; what every action on it asks first.
bool is_visible(const Call& call, const View& view);
/// All rows as the control interface shows them.
Response everything(const Call& call, const View& view);

} // namespace site
