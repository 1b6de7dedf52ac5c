#include "storage_quota/gpfs_listing.hpp"

#include "model/identifier.hpp"
#include "storage_quota/listing_text.hpp"

#include <optional>
#include <vector>

namespace site {
namespace {

constexpr std::string_view tool = "mmrepquota";

std::string_view type_of(QuotaBy by)
{
    return by == QuotaBy::user ? "USR" : by == QuotaBy::group ? "GRP" : "FILESET";
}

std::optional<unsigned> hex(char c)
{
    if (c >= '0' && c <= '9')
        return static_cast<unsigned>(c - '0');
    const auto lower = static_cast<char>(c | 0x20);
    if (lower >= 'a' && lower <= 'f')
        return static_cast<unsigned>(lower - 'a') + 10;
    return std::nullopt;
}

/// `%3A` is a colon and so on: colons separate the fields.
std::optional<std::string> decoded(std::string_view field)
{
    std::string out;
    while (!field.empty()) {
        if (field.front() != '%') {
            out += field.front();
            field.remove_prefix(1);
            continue;
        }
        const auto high = field.size() > 2 ? hex(field[1]) : std::nullopt;
        const auto low = field.size() > 2 ? hex(field[2]) : std::nullopt;
        if (!high || !low)
            return std::nullopt;
        out += static_cast<char>(*high * 16 + *low);
        field.remove_prefix(3);
    }
    return out;
}

/// Where a column is, by the header of the same command: releases have added some.
class Header {
public:
    explicit Header(const std::vector<std::string_view>& names)
    {
        for (std::size_t i = 0; i < names.size(); ++i)
            places_.emplace(names[i], i);
    }

    [[nodiscard]] bool fits() const
    {
        for (const auto* name : { "filesystemName", "quotaType", "id", "name", "blockUsage", "blockQuota",
                 "blockLimit", "filesUsage", "filesQuota", "filesLimit" })
            if (!places_.contains(name))
                return false;
        return true;
    }

    [[nodiscard]] std::optional<std::string_view> field(
        const std::vector<std::string_view>& row, std::string_view name) const
    {
        const auto place = places_.find(name);
        if (place == places_.end() || place->second >= row.size())
            return std::nullopt;
        return row[place->second];
    }

private:
    std::map<std::string_view, std::size_t> places_;
};

struct Row {
    std::string file_system;
    std::string_view type;
    std::uint32_t id = 0;
    std::string name;
    std::string fileset;
    QuotaHeld held {};
};

/// A quota server may print less than nothing while it brings old and new figures together.
bool is_negative(std::string_view field)
{
    return field.starts_with('-') && whole_number(field.substr(1));
}

class RowReader {
public:
    RowReader(const Header& header, const std::vector<std::string_view>& row) : header_(header), row_(row) { }

    std::optional<Row> read()
    {
        Row out;
        out.file_system = text("filesystemName");
        out.type = header_.field(row_, "quotaType").value_or("");
        out.name = text("name");
        if (header_.field(row_, "filesetname"))
            out.fileset = text("filesetname");
        const auto id = id_number(header_.field(row_, "id").value_or(""));
        if (!id)
            return std::nullopt;
        out.id = *id;
        out.held.used_bytes = used("blockUsage", true);
        out.held.used_files = used("filesUsage", false);
        out.held.limits = { limit("blockLimit", true), limit("blockQuota", true), limit("filesLimit", false),
            limit("filesQuota", false) };
        const auto remarks = header_.field(row_, "remarks").value_or("");
        if (remarks == "d" || remarks == "d_fsys" || remarks == "d_fset")
            out.held.limits = {};
        return fits_ ? std::optional(out) : std::nullopt;
    }

private:
    std::string text(std::string_view name)
    {
        const auto field = header_.field(row_, name);
        auto out = field ? decoded(*field) : std::nullopt;
        fits_ = fits_ && out;
        return out.value_or("");
    }

    std::optional<std::uint64_t> number(std::string_view name, bool kib)
    {
        const auto field = header_.field(row_, name);
        auto value = field ? whole_number(*field) : std::nullopt;
        if (value && kib)
            value = bytes_of_kib(*value);
        fits_ = fits_ && value;
        return value;
    }

    std::optional<std::uint64_t> used(std::string_view name, bool kib)
    {
        const auto field = header_.field(row_, name);
        return field && is_negative(*field) ? std::nullopt : number(name, kib);
    }

    std::optional<std::uint64_t> limit(std::string_view name, bool kib)
    {
        return limit_said(number(name, kib).value_or(0));
    }

    const Header& header_;
    const std::vector<std::string_view>& row_;
    bool fits_ = true;
};

Result<void> add(GpfsListing& listing, const Row& row, QuotaBy by)
{
    const bool first = by == QuotaBy::project
        ? listing.filesets.emplace(row.name, row.held).second
        : listing.by_id.emplace(std::pair { row.id, row.fileset }, row.held).second;
    if (!first)
        return Error { Errc::invalid, "mmrepquota shows " + cited(row.name) + " a second time" };
    listing.per_fileset = listing.per_fileset || (by != QuotaBy::project && !row.fileset.empty());
    return {};
}

} // namespace

Result<GpfsListing> parse_mmrepquota(std::string_view text, std::string_view device, QuotaBy by)
{
    constexpr std::string_view devices = "/dev/";
    if (device.starts_with(devices))
        device.remove_prefix(devices.size());
    if (auto ended = check_ended(text, tool); !ended)
        return ended.error();
    GpfsListing out;
    std::optional<Header> header;
    while (!text.empty()) {
        const auto line = next_line(text);
        if (!line.starts_with("mmrepquota:"))
            continue; // `*** Report for FILESET quotas on gpfs0`
        const auto row = pieces(line, ':');
        if (row.size() > 2 && row[2] == "HEADER") {
            header.emplace(row);
            if (!header->fits())
                return not_understood(line, tool);
            continue;
        }
        const auto read = header ? RowReader(*header, row).read() : std::nullopt;
        if (!read)
            return not_understood(line, tool);
        if (read->file_system != device || read->type != type_of(by))
            continue;
        if (auto added = add(out, *read, by); !added)
            return added.error();
    }
    if (out.filesets.empty() && out.by_id.empty())
        return Error { Errc::unreachable,
            "mmrepquota shows no " + std::string(type_of(by)) + " quota of " + cited(device, 256)
                + ", not even root's" };
    return out;
}

} // namespace site
