#pragma once

#include <string>
#include <string_view>

namespace site {

/// Text for an element or a quoted attribute of HTML: nothing in it is markup; control characters are `?`.
std::string html_text(std::string_view);

} // namespace site
