#pragma once

#include "net/http.hpp"

#include <string>
#include <string_view>

namespace site {

/// Text from outside on one line: valid UTF-8 stays, control characters and what is not UTF-8 become `?`,
/// line ends and tabs a space; cut at `most` bytes, between characters, with `...` after it.
std::string one_line(std::string_view text, std::size_t most);

/// What the portal says in the body of an error, as one line of at most 300 bytes: `usages[1].amount: A
/// valid number is required.; detail text`. Covers what Django REST framework 3.14 and the portal's own
/// views send: a `detail` or `error`, lists and objects by field, nested ones, plain strings, a bare list.
/// HTML and other types are only named. Empty when there is no body.
std::string error_line(const HttpResponse&);

} // namespace site
