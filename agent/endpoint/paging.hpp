#pragma once

#include "endpoint/query.hpp"
#include "endpoint/request.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace site {

/// One page of a list, as the portal cuts them.
struct ListPage {
    std::size_t number = 1;
    std::size_t size = 10; ///< 10 when not asked for or asked for wrongly, never more than 300
    std::size_t count = 0; ///< rows in the whole list
    std::size_t pages = 1; ///< an empty list has one

    [[nodiscard]] std::size_t first() const { return (number - 1) * size; }
};

/// The page that the query asks for (`page` may be `last`); none for one that is not there: past the end, 0,
/// empty or no number.
std::optional<ListPage> page_of(const Query&, std::size_t count);

/// `<URL>; rel="first", <URL>; rel="prev", <URL>; rel="next", <URL>; rel="last"`. `prev` and `next` are left
/// out at the ends; an address of page 1 has no `page`; other parameters stay, sorted by name.
std::string page_links(const Request&, const Query&, const ListPage&);

} // namespace site
