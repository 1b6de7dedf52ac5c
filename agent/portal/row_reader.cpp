#include "portal/row_reader.hpp"

#include "model/identifier.hpp"
#include "net/url.hpp"

#include <array>
#include <charconv>

namespace site {

const boost::json::value* RowReader::find(std::string_view key) const
{
    const auto* value = object_.if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

void RowReader::wrong(std::string_view key, std::string_view why)
{
    if (problem_.empty())
        problem_ = std::string(key) + ": " + std::string(why);
}

std::optional<std::string> RowReader::text(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* string = value->if_string())
        return std::string(string->data(), string->size());
    wrong(key, "not a text");
    return std::nullopt;
}

std::optional<bool> RowReader::boolean(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* boolean = value->if_bool())
        return *boolean;
    wrong(key, "neither true nor false");
    return std::nullopt;
}

std::optional<std::int64_t> RowReader::integer(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    if (const auto* integer = value->if_int64())
        return *integer;
    wrong(key, "not an integer");
    return std::nullopt;
}

std::optional<Decimal> RowReader::decimal(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    std::array<char, 400> buffer {}; // the longest double in fixed notation has 309 digits before its point
    std::string_view digits;
    if (const auto* string = value->if_string()) {
        digits = { string->data(), string->size() };
    } else if (value->is_number()) {
        const auto* end = buffer.data() + buffer.size();
        auto written = std::to_chars_result { buffer.data(), std::errc {} };
        if (const auto* number = value->if_double()) // shortest form that reads back the same
            written = std::to_chars(
                buffer.data(), buffer.data() + buffer.size(), *number, std::chars_format::fixed);
        else if (const auto* integer = value->if_int64())
            written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *integer);
        if (written.ec == std::errc {} && written.ptr != end)
            digits = { buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()) };
    }
    auto decimal = Decimal::parse(digits);
    if (decimal)
        return *decimal;
    wrong(key, "not a decimal number");
    return std::nullopt;
}

std::optional<Uuid> RowReader::uuid(std::string_view key)
{
    const auto* value = find(key);
    if (value == nullptr)
        return std::nullopt;
    const auto* string = value->if_string();
    if (string != nullptr && string->empty())
        return std::nullopt;
    if (string != nullptr)
        if (auto uuid = Uuid::parse({ string->data(), string->size() }))
            return *uuid;
    wrong(key, "not a uuid");
    return std::nullopt;
}

std::optional<Uuid> RowReader::reference(std::string_view key)
{
    const auto url = text(key);
    if (!url)
        return std::nullopt;
    auto path = without_query(*url);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    const auto slash = path.rfind('/');
    if (auto uuid = Uuid::parse(slash == std::string_view::npos ? path : path.substr(slash + 1)))
        return *uuid;
    wrong(key, "its last part is not a uuid");
    return std::nullopt;
}

std::map<std::string, std::uint64_t> RowReader::amounts(std::string_view key)
{
    std::map<std::string, std::uint64_t> out;
    const auto* value = find(key);
    if (value == nullptr)
        return out;
    const auto* object = value->if_object();
    if (object == nullptr) {
        wrong(key, "not an object");
        return out;
    }
    for (const auto& member : *object) {
        const auto* whole = member.value().if_int64();
        const auto* large = member.value().if_uint64();
        if (whole != nullptr && *whole >= 0)
            out.emplace(member.key(), static_cast<std::uint64_t>(*whole));
        else if (large != nullptr)
            out.emplace(member.key(), *large);
    }
    return out;
}

} // namespace site
