#pragma once

#include "model/time.hpp"

#include <string>
#include <string_view>

namespace site {

/// The date of HTTP headers in the form that servers must send: `Sun, 06 Nov 1994 08:49:37 GMT`.
/// Source: RFC 9110 §5.6.7, IMF-fixdate; its two obsolete forms are invalid here.
Result<Instant> parse_http_date(std::string_view);
std::string http_date_text(Instant);

} // namespace site
