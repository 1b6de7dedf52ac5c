#pragma once

#include "net/url.hpp"
#include "portal/calls.hpp"

#include <boost/json/array.hpp>

#include <cstdint>
#include <functional>
#include <optional>

namespace site {

/// Which pages of a list are wanted.
struct PageRange {
    std::uint32_t first = 1;
    std::uint32_t page_size = 100;
    bool to_the_end = false; ///< else only `first`
    std::uint32_t most_pages = 100000;
};

struct StreamEnd {
    std::uint64_t rows = 0; ///< that were handed on
    std::uint64_t count = 0; ///< X-Result-Count of the last page
    bool count_changed
        = false; ///< it was another on an earlier page: rows may have come twice, or not at all
};

/// Reads pages of a list one after another and hands each on, so that memory holds one of them. `list` is a
/// GET without page parameters. `page` may end the reading with an error of its own.
Result<StreamEnd> stream_pages(Calls&, const Url& base, const Call& list, const PageRange&,
    const std::function<Result<void>(const boost::json::array& rows, const StreamEnd& so_far)>& page);

} // namespace site
