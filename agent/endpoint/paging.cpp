#include "endpoint/paging.hpp"

#include "net/url.hpp"

#include <algorithm>
#include <charconv>

namespace site {
namespace {

constexpr std::size_t default_size = 10;
constexpr std::size_t greatest_size = 300;

std::optional<std::size_t> number(std::string_view text)
{
    std::size_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string address(const Request& request, const Query& query, std::size_t page)
{
    auto items = query.items();
    std::erase_if(items, [](const auto& item) { return item.first == "page"; });
    if (page > 1)
        items.emplace_back("page", std::to_string(page));
    std::stable_sort(
        items.begin(), items.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    auto url = request.origin() + request.path;
    char mark = '?';
    for (const auto& [name, value] : items) {
        url += mark + encoded(name) + "=" + encoded(value);
        mark = '&';
    }
    return url;
}

} // namespace

std::optional<ListPage> page_of(const Query& query, std::size_t count)
{
    ListPage page { .count = count };
    if (const auto wanted = number(query.last("page_size").value_or("")); wanted && *wanted > 0)
        page.size = std::min(*wanted, greatest_size);
    else
        page.size = default_size;
    page.pages = std::max<std::size_t>(1, (count + page.size - 1) / page.size);
    const auto wanted = query.last("page").value_or("1");
    page.number = wanted == "last" ? page.pages : number(wanted).value_or(0);
    if (page.number < 1 || page.number > page.pages)
        return std::nullopt;
    return page;
}

std::string page_links(const Request& request, const Query& query, const ListPage& page)
{
    std::string out;
    const auto add = [&](std::size_t number, std::string_view rel) {
        out += out.empty() ? "<" : ", <";
        out += address(request, query, number);
        out += ">; rel=\"";
        out += rel;
        out += '"';
    };
    add(1, "first");
    if (page.number > 1)
        add(page.number - 1, "prev");
    if (page.number < page.pages)
        add(page.number + 1, "next");
    add(page.pages, "last");
    return out;
}

} // namespace site
