#include "paging.hpp"

#include <algorithm>
#include <charconv>

namespace site {
namespace {

constexpr std::int64_t default_size = 10;
constexpr std::int64_t greatest_size = 300;

std::optional<std::int64_t> number(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::int64_t size_of(const Query& query)
{
    const auto wanted = number(query.last("page_size").value_or(""));
    return wanted && *wanted > 0 ? std::min(*wanted, greatest_size) : default_size;
}

std::string link(const Request& request, const Query& query, std::int64_t page)
{
    auto items = query.items();
    std::erase_if(items, [](const auto& item) { return item.first == "page"; });
    if (page > 1)
        items.emplace_back("page", std::to_string(page));
    std::ranges::stable_sort(items, {}, [](const auto& item) { return item.first; });

    std::string url = request.origin + request.path;
    char mark = '?';
    for (const auto& [name, value] : items) {
        url += mark + percent_encoded(name) + "=" + percent_encoded(value);
        mark = '&';
    }
    return url;
}

} // namespace

std::optional<Page> page_of(const Query& query, std::int64_t count)
{
    Page page { .size = size_of(query), .count = count };
    page.pages = std::max<std::int64_t>(1, (count + page.size - 1) / page.size);
    const auto wanted = query.last("page").value_or("1");
    const auto parsed = wanted == "last" ? page.pages : number(wanted).value_or(0);
    if (parsed < 1 || parsed > page.pages)
        return std::nullopt;
    page.number = parsed;
    return page;
}

std::string links(const Request& request, const Query& query, const Page& page)
{
    std::string text;
    const auto add = [&](std::int64_t number, std::string_view rel) {
        text += text.empty() ? "<" : ", <";
        text += link(request, query, number);
        text += ">; rel=\"";
        text += rel;
        text += '"';
    };
    add(1, "first");
    if (page.number > 1)
        add(page.number - 1, "prev");
    if (page.number < page.pages)
        add(page.number + 1, "next");
    add(page.pages, "last");
    return text;
}

} // namespace site
