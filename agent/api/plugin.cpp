#include "api/plugin.hpp"

namespace site {

const char* const build_stamp = SITE_BUILD_STAMP;

} // namespace site
