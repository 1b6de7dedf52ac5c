#include "storage_quota/beegfs_listing.hpp"

#include "storage_quota/listing_text.hpp"

#include <optional>

namespace site {
namespace {

constexpr std::string_view tool = "beegfs-ctl";
constexpr std::string_view header = "name,id,size,hard,files,hard"; // BeeGFS 6 and 7

bool read_limit(std::string_view word, std::optional<std::uint64_t>& out)
{
    const auto value = whole_number(word);
    out = limit_said(value.value_or(0));
    return value || word == "unlimited";
}

bool read_files(std::string_view word, std::optional<std::uint64_t>& out)
{
    if (word == "-")
        return true;
    if (word.ends_with('+'))
        return whole_number(word.substr(0, word.size() - 1)).has_value();
    out = whole_number(word);
    return out.has_value();
}

} // namespace

Result<std::map<std::uint32_t, QuotaHeld>> parse_beegfs_quota(std::string_view text)
{
    if (auto ended = check_ended(text, tool); !ended)
        return ended.error();
    std::map<std::uint32_t, QuotaHeld> out;
    bool begun = false;
    while (!text.empty()) {
        const auto line = trimmed(next_line(text));
        if (line == header) {
            if (begun)
                return Error { Errc::invalid, "beegfs-ctl shows more than one storage pool" };
            begun = true;
            continue;
        }
        if (!begun || line.empty())
            continue; // what it says of licences
        // From the end: a name is the site's.
        const auto column = pieces(line, ',');
        const auto first = column.size() < 6 ? 0 : column.size() - 5;
        const auto id = id_number(column[first]);
        QuotaHeld held;
        if (first == 0 || !id || !read_limit(column[first + 2], held.limits.bytes)
            || !read_files(column[first + 3], held.used_files)
            || !read_limit(column[first + 4], held.limits.files))
            return not_understood(line, tool);
        held.used_bytes = whole_number(column[first + 1]);
        if (!held.used_bytes)
            return not_understood(line, tool);
        if (!out.emplace(*id, held).second)
            return Error { Errc::invalid, "beegfs-ctl shows id " + std::to_string(*id) + " a second time" };
    }
    if (!begun)
        return Error { Errc::invalid, "beegfs-ctl shows no line " + std::string(header) };
    return out;
}

} // namespace site
