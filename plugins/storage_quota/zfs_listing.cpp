#include "storage_quota/zfs_listing.hpp"

#include "model/identifier.hpp"
#include "storage_quota/listing_text.hpp"

namespace site {
namespace {

constexpr std::string_view space_tool = "zfs space";
constexpr std::string_view get_tool = "zfs get";

/// False: it is no amount.
bool read_used(std::string_view word, std::optional<std::uint64_t>& out)
{
    out = whole_number(word);
    return out || word == "-";
}

bool read_limit(std::string_view word, std::optional<std::uint64_t>& out)
{
    const auto value = whole_number(word);
    out = limit_said(value.value_or(0));
    return value || word == "-" || word == "none";
}

} // namespace

Result<std::map<std::uint32_t, QuotaHeld>> parse_zfs_space(std::string_view text)
{
    if (auto ended = check_ended(text, space_tool); !ended)
        return ended.error();
    std::map<std::uint32_t, QuotaHeld> out;
    while (!text.empty()) {
        const auto line = next_line(text);
        const auto column = pieces(line, '\t');
        const auto id = id_number(column.front());
        QuotaHeld held;
        if (column.size() != 5 || !id || !read_used(column[1], held.used_bytes)
            || !read_limit(column[2], held.limits.bytes) || !read_used(column[3], held.used_files)
            || !read_limit(column[4], held.limits.files))
            return not_understood(line, space_tool);
        if (!out.emplace(*id, held).second)
            return Error { Errc::invalid, "zfs space shows id " + std::to_string(*id) + " a second time" };
    }
    if (out.empty())
        return Error { Errc::unreachable, "zfs shows nobody's space, so it does not count it here" };
    return out;
}

Result<std::map<std::string, std::optional<std::uint64_t>>> parse_zfs_amounts(std::string_view text)
{
    if (auto ended = check_ended(text, get_tool); !ended)
        return ended.error();
    std::map<std::string, std::optional<std::uint64_t>> out;
    while (!text.empty()) {
        const auto line = next_line(text);
        const auto column = pieces(line, '\t');
        std::optional<std::uint64_t> value;
        if (column.size() != 2 || column[0].empty() || !read_limit(column[1], value))
            return not_understood(line, get_tool);
        if (!out.emplace(std::string(column[0]), value).second)
            return Error { Errc::invalid, "zfs get shows " + cited(column[0]) + " a second time" };
    }
    return out;
}

} // namespace site
