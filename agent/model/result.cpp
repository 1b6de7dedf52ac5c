#include "model/result.hpp"

namespace site {

std::string_view name(Errc code)
{
    switch (code) {
    case Errc::invalid:
        return "invalid";
    case Errc::refused:
        return "refused";
    case Errc::not_found:
        return "not_found";
    case Errc::conflict:
        return "conflict";
    case Errc::unreachable:
        return "unreachable";
    case Errc::timed_out:
        return "timed_out";
    case Errc::internal:
        return "internal";
    }
    return "internal";
}

} // namespace site
