#include "unix_groups/account_files.hpp"

#include "model/identifier.hpp"

#include <array>
#include <charconv>
#include <unordered_set>

namespace site {
namespace {

// Of the ids, (uid_t)-1 means "none" to every call, so nobody has it.
constexpr std::uint32_t no_id = 0xffffffff;

template <std::size_t count> bool fields_of(std::string_view line, std::array<std::string_view, count>& out)
{
    for (std::size_t i = 0; i < count; ++i) {
        const auto end = line.find(':');
        if ((end == std::string_view::npos) != (i + 1 == count))
            return false;
        out[i] = line.substr(0, end);
        line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    }
    return true;
}

template <class Number> std::optional<Number> number(std::string_view text)
{
    Number value {};
    const auto* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc {} || stopped != end || text.empty())
        return std::nullopt;
    return value;
}

std::optional<std::uint32_t> id(std::string_view text)
{
    const auto value = number<std::uint32_t>(text);
    return value == no_id ? std::nullopt : value;
}

std::optional<std::pair<std::string_view, GroupEntry>> group_line(std::string_view line)
{
    std::array<std::string_view, 4> field;
    if (!fields_of(line, field))
        return std::nullopt;
    const auto gid = id(field[2]);
    if (!gid)
        return std::nullopt;
    return std::pair { field[0], GroupEntry { *gid, std::string(field[3]) } };
}

std::optional<std::pair<std::string_view, UserEntry>> passwd_line(std::string_view line)
{
    std::array<std::string_view, 7> field;
    if (!fields_of(line, field))
        return std::nullopt;
    const auto uid = id(field[2]);
    const auto gid = id(field[3]);
    if (!uid || !gid)
        return std::nullopt;
    return std::pair { field[0], UserEntry { *uid, *gid } };
}

std::optional<std::pair<std::string_view, ShadowEntry>> shadow_line(std::string_view line)
{
    std::array<std::string_view, 9> field;
    if (!fields_of(line, field))
        return std::nullopt;
    ShadowEntry entry;
    if (!field[7].empty()) {
        entry.expires = number<std::int64_t>(field[7]);
        if (!entry.expires)
            return std::nullopt;
    }
    return std::pair { field[0], entry };
}

bool passed_over(std::string_view line)
{
    const auto first = line.find_first_not_of(" \t");
    return first == std::string_view::npos || line[first] == '#' || line[0] == '+' || line[0] == '-';
}

template <class Entry, class Read> Result<ByName<Entry>> parse(std::string_view text, Read read)
{
    if (text.empty())
        return Error { Errc::invalid, "it is empty" };
    if (text.back() != '\n')
        return Error { Errc::invalid, "its last line has no end, so it may not be whole" };
    ByName<Entry> out;
    for (std::size_t at = 1; !text.empty(); ++at) {
        const auto end = text.find('\n');
        const auto line = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (passed_over(line))
            continue;
        const auto bad = [&](const std::string& why) {
            return Error { Errc::invalid, "line " + std::to_string(at) + ": " + why };
        };
        auto entry = line.find('\0') == std::string_view::npos ? read(line) : std::nullopt;
        // The line isn't shown: it may hold the hash of a password.
        if (!entry || entry->first.empty())
            return bad("it is malformed");
        if (!out.try_emplace(std::string(entry->first), std::move(entry->second)).second)
            // What is no name may be a password that slipped into its place.
            return bad((check_local_name(entry->first) ? cited(entry->first) : std::string("a name"))
                + " stands there a second time");
    }
    return out;
}

} // namespace

Result<ByName<GroupEntry>> parse_group(std::string_view text)
{
    return parse<GroupEntry>(text, group_line);
}

Result<ByName<UserEntry>> parse_passwd(std::string_view text)
{
    return parse<UserEntry>(text, passwd_line);
}

Result<ByName<ShadowEntry>> parse_shadow(std::string_view text)
{
    return parse<ShadowEntry>(text, shadow_line);
}

std::vector<std::string_view> member_list(std::string_view members)
{
    std::vector<std::string_view> out;
    std::unordered_set<std::string_view> seen;
    while (!members.empty()) {
        const auto end = members.find(',');
        const auto member = members.substr(0, end);
        members.remove_prefix(end == std::string_view::npos ? members.size() : end + 1);
        if (!member.empty() && seen.insert(member).second)
            out.push_back(member);
    }
    return out;
}

bool locked_on(const ShadowEntry& entry, std::int64_t today)
{
    return entry.expires && *entry.expires >= 1 && *entry.expires <= today;
}

} // namespace site
