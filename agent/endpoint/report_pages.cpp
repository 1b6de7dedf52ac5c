#include "endpoint/report_pages.hpp"

#include "endpoint/paging.hpp"
#include "model/uuid.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace site {
namespace {

constexpr int hash_bits = 36;
constexpr int first_year = 1970; // what the store's months have, and 9999 at most

/// A value of the wrong form is no wish, as with the portal's framework: all rows come.
struct Wish {
    std::optional<double> year;
    std::optional<double> month;
    std::optional<std::string> project;
    std::optional<std::string> resource;
    std::optional<bool> complete;
};

std::optional<std::string> wished(const Query& query, std::string_view name)
{
    auto value = query.last(name);
    return value && !value->empty() ? value : std::nullopt;
}

std::optional<double> wished_number(const Query& query, std::string_view name)
{
    const auto text = wished(query, name);
    double value = 0;
    if (!text)
        return std::nullopt;
    const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (ec != std::errc {} || end != text->data() + text->size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<bool> wished_flag(const Query& query, std::string_view name)
{
    const auto text = wished(query, name).value_or("");
    if (same_word(text, "true"))
        return true;
    if (same_word(text, "false"))
        return false;
    return std::nullopt;
}

Wish wish_of(const Query& query)
{
    return { wished_number(query, "year"), wished_number(query, "month"), wished(query, "project_identifier"),
        wished(query, "resource"), wished_flag(query, "is_complete") };
}

std::optional<MonthWish> months_of(const Wish& wish)
{
    MonthWish months;
    if (wish.year) {
        if (*wish.year < first_year || *wish.year > 9999 || *wish.year != std::floor(*wish.year))
            return std::nullopt;
        months.year = static_cast<int>(*wish.year);
    }
    if (wish.month) {
        if (*wish.month < 1 || *wish.month > 12 || *wish.month != std::floor(*wish.month))
            return std::nullopt;
        months.month = static_cast<unsigned>(*wish.month);
    }
    return months;
}

/// Of names that were checked before they came into the store; anything else is escaped all the same.
std::string json_string(std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += "\\u00";
            out += hex[byte >> 4];
            out += hex[byte & 15];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

std::string row(const ReportKey& key, const std::string& resource, const std::string& document)
{
    std::string out = "{\"id\":" + std::to_string(report_id(key, resource));
    out += ",\"year\":" + std::to_string(static_cast<int>(key.month.year()));
    out += ",\"month\":" + std::to_string(static_cast<unsigned>(key.month.month()));
    out += ",\"project_identifier\":" + json_string(key.project);
    out += ",\"resource\":" + json_string(resource);
    out += ",\"report\":" + document;
    if (key.complete)
        out += *key.complete ? ",\"is_complete\":true" : ",\"is_complete\":false";
    return out + "}";
}

class Pages {
public:
    explicit Pages(ReportFamily family) : family_(std::move(family)) { }

    HttpResponse list(const Request& request) const { return told(made_list(request)); }
    HttpResponse one(std::string_view id) const { return told(made_one(id)); }

private:
    HttpResponse told(Result<HttpResponse> made) const
    {
        const auto error = made ? std::nullopt : std::optional(made.error());
        if (family_.tell)
            family_.tell(error ? &*error : nullptr);
        if (!error)
            return std::move(*made);
        auto answer = detail(503, "The reports can't be read now.");
        answer.headers.push_back({ "Retry-After", "60" });
        return answer;
    }

    Result<HttpResponse> made_list(const Request& request) const
    {
        const Query query(request.query);
        // Which project a UUID of the portal's means is not known here, and all of them are not what was
        // meant.
        if (Uuid::parse(query.last("project_uuid").value_or("")))
            return field_error("project_uuid", "Not known here. Use project_identifier.");
        auto keys = keys_of(wish_of(query));
        if (!keys)
            return keys.error();
        const auto page = page_of(query, keys->all.size());
        if (!page)
            return detail(404, "Invalid page.");
        const auto first = std::min(page->first(), keys->all.size());
        const auto count = std::min(page->size, keys->all.size() - first);
        auto answer = rows(*keys, std::span(keys->all).subspan(first, count));
        if (!answer)
            return answer.error();
        answer->headers.push_back({ "X-Result-Count", std::to_string(page->count) });
        answer->headers.push_back({ "Link", page_links(request, query, *page) });
        return answer;
    }

    struct Found {
        std::unique_ptr<ReportShelf> shelf;
        std::vector<ReportKey> all;
    };

    Result<Found> keys_of(const Wish& wish) const
    {
        const auto months = months_of(wish);
        if (!months || (wish.resource && *wish.resource != family_.resource))
            return Found {};
        auto shelf = family_.open();
        if (!shelf)
            return shelf.error();
        auto keys = (*shelf)->keys(*months);
        if (!keys)
            return keys.error();
        std::erase_if(*keys, [&](const ReportKey& key) {
            return !months->takes(key.month) || (wish.project && key.project != *wish.project)
                || (wish.complete && key.complete && *key.complete != *wish.complete);
        });
        return Found { std::move(*shelf), std::move(*keys) };
    }

    Result<HttpResponse> rows(const Found& found, std::span<const ReportKey> keys) const
    {
        if (keys.empty())
            return json_answer("[]");
        const auto documents = found.shelf->documents(keys);
        if (!documents)
            return documents.error();
        std::string body = "[";
        for (std::size_t i = 0; i < keys.size(); ++i)
            body += (i == 0 ? "" : ",") + row(keys[i], family_.resource, documents->at(i));
        return json_answer(body + "]");
    }

    Result<HttpResponse> made_one(std::string_view text) const
    {
        std::int64_t id = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), id);
        const bool whole = ec == std::errc {} && end == text.data() + text.size();
        const auto month = whole ? month_of_report(id) : std::nullopt;
        if (!month)
            return detail(404, "Not found.");
        Wish wish;
        wish.year = static_cast<int>(month->year());
        wish.month = static_cast<unsigned>(month->month());
        auto keys = keys_of(wish);
        if (!keys)
            return keys.error();
        const auto key = std::find_if(keys->all.begin(), keys->all.end(),
            [&](const ReportKey& one) { return report_id(one, family_.resource) == id; });
        if (key == keys->all.end())
            return detail(404, "Not found.");
        const auto documents = keys->shelf->documents({ &*key, 1 });
        if (!documents)
            return documents.error();
        return json_answer(row(*key, family_.resource, documents->front()));
    }

    ReportFamily family_;
};

} // namespace

std::int64_t report_id(const ReportKey& key, std::string_view resource)
{
    const auto named = key.project + '\0' + std::string(resource);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest {};
    ::SHA256(reinterpret_cast<const unsigned char*>(named.data()), named.size(), digest.data());
    std::int64_t hash = 0;
    for (int byte = 0; byte < 5; ++byte)
        hash = hash << 8 | digest.at(static_cast<std::size_t>(byte));
    const std::int64_t year = static_cast<int>(key.month.year()) - first_year;
    const std::int64_t months = year * 12 + static_cast<unsigned>(key.month.month()); // from 1
    return (months << hash_bits) | (hash >> (40 - hash_bits));
}

std::optional<Month> month_of_report(std::int64_t id)
{
    const auto months = (id >> hash_bits) - 1;
    if (id < 0 || months < 0 || months >= (9999 - first_year + 1) * 12)
        return std::nullopt;
    return Month { std::chrono::year { first_year + static_cast<int>(months / 12) },
        std::chrono::month { static_cast<unsigned>(months % 12) + 1 } };
}

std::vector<PageRoute> report_pages(const ReportFamily& family)
{
    const auto pages = std::make_shared<const Pages>(family);
    return {
        { family.path, [pages](const Request& request, std::string_view) { return pages->list(request); } },
        { family.path + "{id}/", [pages](const Request&, std::string_view id) { return pages->one(id); } },
    };
}

} // namespace site
