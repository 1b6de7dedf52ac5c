#pragma once

#include "net/url.hpp"
#include "portal/calls.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <vector>

namespace site {

/// Sends calls, several at once: one judged answer each, in order.
using Fetch = std::function<std::vector<Result<HttpResponse>>(std::span<const Call>)>;

/// One list of the portal that is to be read whole, and where its rows go.
struct WantedList {
    std::string path;
    std::string query; ///< encoded, without page and page_size
    std::function<Result<std::size_t>(std::string_view body)> take; ///< adds a page's rows; how many
    std::function<std::size_t()> distinct; ///< sorts the rows by uuid, drops those that came twice; how many
    std::function<void()> forget; ///< before reading anew
};

/// A list whose rows are added to `rows`, which must outlive it. `key` gives a row's uuid.
template <class Row, class Key>
WantedList wanted(std::string path, std::string query, std::vector<Row>& rows,
    Result<std::vector<Row>> (*read)(std::string_view), Key key)
{
    return {
        .path = std::move(path),
        .query = std::move(query),
        .take = [&rows, read](std::string_view body) -> Result<std::size_t> {
            auto page = read(body);
            if (!page)
                return page.error();
            std::ranges::move(*page, std::back_inserter(rows));
            return page->size();
        },
        .distinct =
            [&rows, key] {
                std::ranges::stable_sort(rows, {}, key);
                // not ranges::unique: clang 14, which builds the fuzzers, can't read its result
                const auto same = [key](const Row& a, const Row& b) {
                    return std::invoke(key, a) == std::invoke(key, b);
                };
                rows.erase(std::unique(rows.begin(), rows.end(), same), rows.end());
                return rows.size();
            },
        .forget = [&rows] { rows.clear(); },
    };
}

enum class Recount : std::uint8_t {
    no,
    yes ///< ask all counts once more at the end, with HEAD
};

struct ListRules {
    Url base; ///< the portal; links to other hosts are refused
    std::uint32_t page_size = 100;
    Recount recount = Recount::yes;
    std::uint32_t readings = 4; ///< the first, and three more when a list was not whole
    std::uint32_t most_pages = 10000;
    std::size_t most_rows = 1000000;
};

/// Reads all the lists, whole or not at all. Whole: the same X-Result-Count on every page (and at the
/// end), a `next` link on every page but the last, and as many distinct uuids as that count. A list that is
/// not whole is read anew, with all the others; after the last reading it is an error (`unreachable`).
///
/// Page 1 of every list comes first; it says how many pages there are, and the others follow several at
/// once. Costs exactly the pages and, with `recount`, one HEAD a list.
Result<void> read_lists(std::span<const WantedList>, const ListRules&, const Fetch&);

} // namespace site
