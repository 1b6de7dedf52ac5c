#include "view/fullness.hpp"

#include <algorithm>
#include <set>

namespace site {
namespace {

__extension__ using Wide = unsigned __int128;

/// A used amount beside its limit.
struct Share {
    std::uint64_t used = 0;
    std::uint64_t limit = 1;
};

/// Compared as fractions, so that nothing is lost to rounding.
bool fuller(const Share& a, const Share& b)
{
    return Wide { a.used } * b.limit > Wide { b.used } * a.limit;
}

bool over(const Share& share, std::uint32_t percent)
{
    return Wide { share.used } * 100 > Wide { share.limit } * percent;
}

std::optional<Share> share(
    const std::optional<std::uint64_t>& used, const std::optional<std::uint64_t>& limit)
{
    if (!used || !limit || *limit == 0)
        return std::nullopt;
    return Share { *used, *limit };
}

std::optional<Share> share(const StorageLevel& level)
{
    const auto bytes = share(level.used_bytes, level.limit_bytes);
    const auto files = share(level.used_files, level.limit_files);
    if (!bytes || !files)
        return bytes ? bytes : files;
    return fuller(*files, *bytes) ? files : bytes;
}

/// By volume, the fullest first, then the largest, then who was never read.
bool before(const StoredLevel& a, const StoredLevel& b)
{
    if (a.volume != b.volume)
        return a.volume < b.volume;
    const auto of_a = share(a.level);
    const auto of_b = share(b.level);
    if (of_a.has_value() != of_b.has_value())
        return of_a.has_value();
    if (of_a && fuller(*of_a, *of_b) != fuller(*of_b, *of_a))
        return fuller(*of_a, *of_b);
    if (a.level.used_bytes != b.level.used_bytes)
        return a.level.used_bytes > b.level.used_bytes;
    return a.level.holder < b.level.holder;
}

} // namespace

std::optional<std::uint64_t> percent_used(const StorageLevel& level)
{
    const auto nearer = share(level);
    if (!nearer)
        return std::nullopt;
    return static_cast<std::uint64_t>(Wide { nearer->used } * 100 / nearer->limit);
}

std::vector<StoredLevel> chosen(
    std::vector<StoredLevel> levels, const std::vector<VolumeState>& volumes, const StorageChoice& choice)
{
    std::set<std::string> wanted;
    for (const auto& state : volumes)
        if (choice.volume.empty() || state.volume == choice.volume)
            wanted.insert(state.volume);
    std::erase_if(levels, [&](const StoredLevel& one) {
        if (!wanted.contains(one.volume) || (!choice.users && !one.level.holder.user.empty()))
            return true;
        const auto nearer = share(one.level);
        return choice.over && (!nearer || !over(*nearer, *choice.over));
    });
    std::sort(levels.begin(), levels.end(), before);
    return levels;
}

} // namespace site
