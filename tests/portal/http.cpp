#include "http.hpp"

#include <algorithm>

namespace site {
namespace {

bool same_name(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

} // namespace

std::string_view find_header(const Headers& headers, std::string_view name)
{
    for (const auto& [key, value] : headers)
        if (same_name(key, name))
            return value;
    return {};
}

void set_header(Headers& headers, std::string_view name, std::string value)
{
    drop_header(headers, name);
    headers.emplace_back(name, std::move(value));
}

void drop_header(Headers& headers, std::string_view name)
{
    std::erase_if(headers, [&](const auto& header) { return same_name(header.first, name); });
}

} // namespace site
