#include "cli/render_storage.hpp"

#include "cli/screen.hpp"
#include "model/storage_size.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

std::string files(const StorageLevel& level)
{
    if (!level.used_files)
        return {};
    const auto used = std::to_string(*level.used_files);
    return level.limit_files ? used + "/" + std::to_string(*level.limit_files) : used;
}

} // namespace

std::string storage_table(const std::vector<StoredLevel>& levels, bool users, Instant now, std::size_t width)
{
    std::vector<std::string> heads { "VOLUME", "PROJECT", "USED", "LIMIT", "PERCENT", "FILES", "AGE" };
    std::vector<std::size_t> right { 2, 3, 4, 5 };
    if (users) {
        heads.insert(heads.begin() + 2, "USER");
        right = { 3, 4, 5, 6 };
    }
    std::vector<std::vector<std::string>> rows;
    for (const auto& [volume, level, seen, known] : levels) {
        const auto percent = percent_used(level);
        std::vector<std::string> row { volume, level.holder.group.text() };
        if (users)
            row.push_back(level.holder.user.text());
        row.push_back(level.used_bytes ? human_bytes(*level.used_bytes) : "unknown");
        row.push_back(level.limit_bytes ? human_bytes(*level.limit_bytes) : "unlimited");
        row.push_back(percent ? std::to_string(*percent) + "%" : "");
        row.push_back(files(level));
        row.push_back(known ? span_text(now - *known) : "");
        rows.push_back(std::move(row));
    }
    return table(heads, rows, right, width);
}

boost::json::array levels_json(const std::vector<StoredLevel>& levels)
{
    namespace json = boost::json;
    const auto number = [](const std::optional<std::uint64_t>& amount) {
        return amount ? json::value(*amount) : json::value(nullptr);
    };
    json::array all;
    for (const auto& [volume, level, seen, known] : levels)
        all.push_back(json::object { { "volume", volume }, { "project", level.holder.group.text() },
            { "user", level.holder.user.text() }, { "used_bytes", number(level.used_bytes) },
            { "limit_bytes", number(level.limit_bytes) }, { "used_files", number(level.used_files) },
            { "limit_files", number(level.limit_files) }, { "percent", number(percent_used(level)) },
            { "read", known ? json::value(text(*known)) : json::value(nullptr) } });
    return all;
}

} // namespace site
