#pragma once
// Which form of an answer a client wants.
#include <string_view>

namespace site {

enum class Form { json, html, none };

/// As the portal's framework reads `Accept`: the more exact ranges first, JSON before HTML among equals.
/// An empty header takes anything. `none` is a 406.
Form form_of(std::string_view accept);

} // namespace site
