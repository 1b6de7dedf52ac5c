#include "storage_quota/lustre_listing.hpp"

#include "model/identifier.hpp"
#include "storage_quota/listing_text.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace site {
namespace {

constexpr std::string_view tool = "lfs quota";
constexpr std::string_view incomplete = "Some errors happened when getting quota info";
constexpr std::string_view default_block = "is using default block quota setting";
constexpr std::string_view default_file = "is using default file quota setting";

struct Amount {
    std::uint64_t value = 0;
    bool known = true;
};

/// `12`, at its limit `12*`, incomplete `[12]`. A star of its own stands behind what a server is missing
/// from, so two of them are both.
std::optional<Amount> amount(std::string_view word)
{
    Amount out;
    int stars = 0;
    for (; word.ends_with('*'); word.remove_suffix(1))
        ++stars;
    out.known = stars < 2;
    if (word.starts_with('[') && word.ends_with(']')) {
        word.remove_prefix(1);
        word.remove_suffix(1);
        out.known = false;
    }
    const auto value = whole_number(word);
    if (!value || stars > 2)
        return std::nullopt;
    out.value = *value;
    return out;
}

/// What follows the mount point; old releases break the line behind one that is longer than 15 characters.
std::optional<std::vector<std::string_view>> behind_mount(
    std::string_view line, std::string_view& text, std::string_view mount)
{
    if (mount.empty() || !line.starts_with(mount))
        return std::nullopt;
    const auto rest = line.substr(mount.size());
    if (rest.empty())
        return words(next_line(text));
    if (rest.front() != ' ' && rest.front() != '\t')
        return std::nullopt;
    return words(rest);
}

/// Used, soft, hard and grace of blocks, then of files. By position: the names in the header differ.
std::optional<LustreQuota> columns(std::span<const std::string_view> column)
{
    if (column.size() != 8)
        return std::nullopt;
    std::array<Amount, 6> amounts;
    constexpr std::array<std::size_t, 6> places { 0, 1, 2, 4, 5, 6 };
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto read = amount(column[places[i]]);
        if (!read)
            return std::nullopt;
        amounts[i] = *read;
    }
    std::array<std::uint64_t, 3> bytes {};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto value = bytes_of_kib(amounts[i].value);
        if (!value)
            return std::nullopt;
        bytes[i] = *value;
    }
    LustreQuota out;
    if (amounts[0].known)
        out.held.used_bytes = bytes[0];
    if (amounts[3].known)
        out.held.used_files = amounts[3].value;
    out.held.limits = { limit_said(bytes[2]), limit_said(bytes[1]), limit_said(amounts[5].value),
        limit_said(amounts[4].value) };
    out.limits_known = amounts[1].known && amounts[2].known && amounts[4].known && amounts[5].known;
    return out;
}

bool is_header(std::string_view line)
{
    return line.empty() || line.starts_with("Disk ") || line.starts_with("Filesystem ");
}

} // namespace

Result<LustreQuota> parse_lustre_quota(std::string_view text, std::string_view mount)
{
    std::optional<LustreQuota> out;
    bool whole = true;
    bool own_block = true;
    bool own_file = true;
    while (!text.empty()) {
        const auto line = trimmed(next_line(text));
        if (is_header(line))
            continue;
        if (line.find(incomplete) != std::string_view::npos)
            whole = false;
        else if (line.ends_with(default_block))
            own_block = false;
        else if (line.ends_with(default_file))
            own_file = false;
        else {
            const auto found = behind_mount(line, text, mount);
            const auto read = found ? columns(*found) : std::nullopt;
            if (!read || out)
                return not_understood(line, tool);
            out = read;
        }
    }
    if (!out)
        return Error { Errc::invalid, "lfs quota shows nothing of " + cited(mount, 256) };
    auto& held = out->held;
    if (!whole) {
        held.used_bytes.reset();
        held.used_files.reset();
    }
    if (!own_block) {
        held.limits.bytes.reset();
        held.limits.soft_bytes.reset();
    }
    if (!own_file) {
        held.limits.files.reset();
        held.limits.soft_files.reset();
    }
    return *out;
}

Result<std::map<std::uint32_t, QuotaHeld>> parse_lustre_all(std::string_view text, std::string_view mount)
{
    if (auto ended = check_ended(text, tool); !ended)
        return ended.error();
    std::map<std::uint32_t, QuotaHeld> out;
    while (!text.empty()) {
        const auto line = trimmed(next_line(text));
        if (is_header(line))
            continue;
        const auto found = behind_mount(line, text, mount);
        if (!found || found->empty())
            return not_understood(line, tool);
        const auto id = id_number(found->front());
        const auto read = columns(std::span(*found).subspan(1));
        if (!id || !read)
            return not_understood(line, tool);
        if (!read->limits_known || !read->held.used_bytes || !read->held.used_files)
            continue;
        if (!out.emplace(*id, read->held).second)
            return Error { Errc::invalid, "lfs quota shows id " + std::to_string(*id) + " a second time" };
    }
    return out;
}

} // namespace site
