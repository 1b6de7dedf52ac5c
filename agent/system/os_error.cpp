#include "system/os_error.hpp"

#include <cerrno>
#include <system_error>

namespace site {

Error os_error(std::string_view doing, int number)
{
    Errc code = Errc::internal;
    if (number == ENOENT)
        code = Errc::not_found;
    else if (number == EACCES || number == EPERM || number == ELOOP)
        code = Errc::refused;
    return Error { code, std::error_code(number, std::generic_category()).message() }.in(doing);
}

} // namespace site
