#pragma once

#include <string>
#include <string_view>

namespace site {

/// Text for an element or a quoted attribute of HTML or SVG: nothing in it is markup. It becomes valid UTF-8
/// on one line; control characters, and those that turn the direction of writing, are `?`.
std::string html_text(std::string_view);

} // namespace site
