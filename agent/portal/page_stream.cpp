#include "portal/page_stream.hpp"

#include "portal/json_text.hpp"
#include "portal/page_links.hpp"

namespace site {
namespace {

constexpr std::size_t most_rows = 100'000'000;

struct Page {
    boost::json::array rows;
    std::uint64_t count = 0;
    std::optional<std::uint32_t> next {};
};

Result<Page> read_page(Calls& calls, const Url& base, const Call& call)
{
    auto answer = calls.accepted(call);
    if (!answer)
        return answer.error();
    auto parsed = parse_json(answer->body);
    if (!parsed)
        return Error { Errc::unreachable, call.text() + ": " + parsed.error().text };
    auto* rows = parsed->value.if_array();
    if (!rows)
        return Error { Errc::unreachable, call.text() + ": the answer is no list" };
    const auto count = result_count(*answer, most_rows);
    if (!count)
        return count.error().in(call.text());
    const auto links = page_links(*answer, base);
    if (!links)
        return links.error().in(call.text());
    return Page { std::move(*rows), *count, links->next };
}

} // namespace

Result<StreamEnd> stream_pages(Calls& calls, const Url& base, const Call& list, const PageRange& range,
    const std::function<Result<void>(const boost::json::array& rows, const StreamEnd& so_far)>& page)
{
    StreamEnd end;
    auto number = range.first;
    for (std::uint32_t pages = 1;; ++pages) {
        if (pages > range.most_pages)
            return Error { Errc::unreachable,
                list.text() + ": more than " + std::to_string(range.most_pages) + " pages" };
        auto call = list;
        call.query += (call.query.empty() ? "page=" : "&page=") + std::to_string(number)
            + "&page_size=" + std::to_string(range.page_size);
        auto read = read_page(calls, base, call);
        if (!read)
            return read.error();
        end.count_changed |= pages > 1 && read->count != end.count;
        end.count = read->count;
        end.rows += read->rows.size();
        if (auto handed = page(read->rows, end); !handed)
            return handed.error();
        if (!range.to_the_end || !read->next)
            return end;
        if (*read->next <= number)
            return Error { Errc::unreachable, call.text() + ": the next page is not a later one" };
        number = *read->next;
    }
}

} // namespace site
