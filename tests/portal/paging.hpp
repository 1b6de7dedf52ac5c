#pragma once
// Pages of a list, and the Link header that leads through them.
#include "http.hpp"
#include "query.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace site {

struct Page {
    std::int64_t number = 1;
    std::int64_t size = 10; ///< 10 when not asked for or asked for wrongly, never more than 300
    std::int64_t count = 0; ///< rows in the whole list
    std::int64_t pages = 1; ///< an empty list has one page

    std::int64_t offset() const { return (number - 1) * size; }
};

/// The page that the query asks for; nothing for a page that is not there: past the end, 0, or no number.
std::optional<Page> page_of(const Query& query, std::int64_t count);

/// `<URL>; rel="first", <URL>; rel="prev", <URL>; rel="next", <URL>; rel="last"`. `prev` and `next` are
/// left out at the ends; a link to page 1 carries no `page`; other parameters are kept, sorted by name.
std::string links(const Request& request, const Query& query, const Page& page);

} // namespace site
