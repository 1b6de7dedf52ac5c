#include "portal/page_links.hpp"

#include "model/identifier.hpp"

#include <charconv>
#include <span>
#include <string>
#include <vector>

namespace site {
namespace {

/// Splits at `mark`, but not within <> or quotes.
std::vector<std::string_view> split(std::string_view text, char mark)
{
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    bool in_address = false;
    bool in_quotes = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"' && !in_address)
            in_quotes = !in_quotes;
        else if (text[i] == '<' && !in_quotes)
            in_address = true;
        else if (text[i] == '>' && !in_quotes)
            in_address = false;
        else if (text[i] == mark && !in_address && !in_quotes) {
            parts.push_back(text.substr(from, i - from));
            from = i + 1;
        }
    }
    parts.push_back(text.substr(from));
    return parts;
}

std::string_view trimmed(std::string_view text)
{
    const auto from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// Whether one of the link's relations is that word.
bool relates(std::span<const std::string_view> parameters, std::string_view word)
{
    for (const auto parameter : parameters) {
        const auto equals = parameter.find('=');
        if (equals == std::string_view::npos || !same_word(trimmed(parameter.substr(0, equals)), "rel"))
            continue;
        auto value = trimmed(parameter.substr(equals + 1));
        if (value.size() > 1 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        for (const auto relation : split(value, ' '))
            if (same_word(relation, word))
                return true;
    }
    return false;
}

/// The page that an address asks for; 1 when it doesn't say.
Result<std::uint32_t> page_of(std::string_view address, const Url& base)
{
    std::string query;
    if (address.find("://") != std::string_view::npos || address.starts_with("//")) {
        const auto url = parse_url(address);
        if (!url)
            return Error { Errc::refused, "a Link header leads to something that is no web address" };
        if (url->host != base.host)
            return Error { Errc::refused,
                "a Link header leads to another host, " + site::cited(url->authority(), 256)
                    + "; the portal must name itself as it is configured here" };
        query = url->query;
    } else if (const auto mark = address.find('?'); mark != std::string_view::npos) {
        query = address.substr(mark + 1);
    }
    const auto text = query_value(query, "page");
    if (text.empty())
        return 1U;
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc {} || read.ptr != text.data() + text.size() || number == 0)
        return Error { Errc::unreachable, "a Link header leads to page " + site::cited(text) };
    return number;
}

} // namespace

Result<PageLinks> page_links(const HttpResponse& response, const Url& base)
{
    PageLinks links;
    for (const auto& header : response.headers) {
        if (!same_word(header.name, "Link"))
            continue;
        links.present = true;
        for (const auto link : split(header.value, ',')) {
            const auto parts = split(link, ';');
            const auto address = trimmed(parts.front());
            if (address.size() < 2 || address.front() != '<' || address.back() != '>')
                continue;
            const std::span parameters { parts.begin() + 1, parts.end() };
            const bool is_next = relates(parameters, "next");
            if (!is_next && !relates(parameters, "last"))
                continue;
            auto page = page_of(address.substr(1, address.size() - 2), base);
            if (!page)
                return page.error();
            (is_next ? links.next : links.last) = *page;
        }
    }
    return links;
}

Result<std::size_t> result_count(const HttpResponse& response, std::size_t most)
{
    const auto text = response.header("X-Result-Count");
    if (text.empty())
        return Error { Errc::unreachable, "the answer has no X-Result-Count" };
    std::size_t count = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
    if (read.ec != std::errc {} || read.ptr != text.data() + text.size())
        return Error { Errc::unreachable, "X-Result-Count is " + site::cited(text) };
    if (count > most)
        return Error { Errc::unreachable,
            "X-Result-Count is " + std::to_string(count) + ", more than the bound of "
                + std::to_string(most) };
    return count;
}

} // namespace site
