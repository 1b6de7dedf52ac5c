#include "storage_quota/listing_text.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace site {
namespace {

constexpr std::string_view blanks = " \t\r";

template <class Number> std::optional<Number> number(std::string_view text)
{
    Number value {};
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc {} || stopped != end)
        return std::nullopt;
    return value;
}

} // namespace

std::string_view next_line(std::string_view& text)
{
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> words(std::string_view line)
{
    std::vector<std::string_view> out;
    for (line = trimmed(line); !line.empty(); line = trimmed(line)) {
        const auto word = line.substr(0, line.find_first_of(blanks));
        out.push_back(word);
        line.remove_prefix(word.size());
    }
    return out;
}

std::vector<std::string_view> pieces(std::string_view line, char separator)
{
    std::vector<std::string_view> out;
    while (true) {
        const auto end = line.find(separator);
        out.push_back(line.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        line.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> whole_number(std::string_view text)
{
    return number<std::uint64_t>(text);
}

std::optional<std::uint32_t> id_number(std::string_view text)
{
    return number<std::uint32_t>(text);
}

std::optional<std::uint64_t> bytes_of_kib(std::uint64_t kib)
{
    if (kib > std::numeric_limits<std::uint64_t>::max() / 1024)
        return std::nullopt;
    return kib * 1024;
}

std::uint64_t kib_of_bytes(std::uint64_t bytes)
{
    return bytes / 1024 + (bytes % 1024 == 0 ? 0 : 1);
}

std::optional<std::uint64_t> limit_said(std::uint64_t value)
{
    return value == 0 ? std::nullopt : std::optional(value);
}

Error not_understood(std::string_view line, std::string_view tool)
{
    return { Errc::invalid, "line " + cited(line, 160) + " of " + std::string(tool) + " is not understood" };
}

Result<void> check_ended(std::string_view text, std::string_view tool)
{
    if (!text.empty() && text.back() != '\n')
        return Error { Errc::invalid,
            "the last line of " + std::string(tool) + " has no end, so it may not be whole" };
    return {};
}

} // namespace site
