#pragma once

#include "net/http.hpp"
#include "net/url.hpp"

#include <cstdint>
#include <optional>

namespace site {

/// Where a page's Link headers lead: page numbers only, addresses are made from the configured base.
struct PageLinks {
    bool present = false; ///< there was a Link header at all
    std::optional<std::uint32_t> next;
    std::optional<std::uint32_t> last;
};

/// Reads `<URL>; rel="next", <URL>; rel="last"` in any order, in one header or several (RFC 8288).
/// Errors: Errc::refused when one of them is on another host than `base`, Errc::unreachable for a page
/// number that is none.
Result<PageLinks> page_links(const HttpResponse&, const Url& base);

/// X-Result-Count: rows in the whole list. Errors: Errc::unreachable when missing, malformed or over `most`.
Result<std::size_t> result_count(const HttpResponse&, std::size_t most);

} // namespace site
