#include "storage_quota/quota_amounts.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace site {
namespace {

__extension__ using Wide = unsigned __int128;
constexpr std::uint64_t greatest = std::numeric_limits<std::int64_t>::max();

std::uint64_t bounded(Wide value)
{
    return value > greatest ? greatest : static_cast<std::uint64_t>(value);
}

std::uint64_t rounded_up(std::uint64_t bytes, std::uint64_t granularity)
{
    const auto most = greatest / granularity * granularity;
    return std::min(bounded((Wide { bytes } + granularity - 1) / granularity * granularity), most);
}

std::optional<std::uint64_t> part_of(
    const std::optional<std::uint64_t>& hard, std::uint32_t percent, std::uint64_t granularity)
{
    if (!hard || percent == 0)
        return std::nullopt;
    const auto share = bounded(Wide { *hard } * percent / 100);
    return std::max(share / granularity * granularity, granularity);
}

QuotaWish finished(
    const VolumeSettings& volume, const StorageRules& rules, QuotaWish wish, std::uint64_t granularity)
{
    const auto bound = [&](std::optional<std::uint64_t>& value, const std::optional<std::uint64_t>& most) {
        if (most && (!value || *value > *most)) {
            wish.cut = wish.cut || !wish.basis.empty();
            value = most;
        }
    };
    bound(wish.amounts.bytes, rules.most.bytes);
    bound(wish.amounts.files, rules.most.files);
    if (auto& bytes = wish.amounts.bytes) {
        wish.nothing = *bytes == 0;
        bytes = rounded_up(
            std::max(*bytes, wish.nothing ? std::max<std::uint64_t>(volume.smallest, 1) : 1), granularity);
    }
    if (auto& files = wish.amounts.files)
        files = std::clamp<std::uint64_t>(*files, 1, greatest);
    wish.soft_bytes = part_of(wish.amounts.bytes, rules.soft_percent, granularity);
    wish.soft_files = part_of(wish.amounts.files, rules.soft_percent, 1);
    return wish;
}

std::string text(const std::optional<std::uint64_t>& amount)
{
    return amount ? std::to_string(*amount) : "unlimited";
}

} // namespace

std::optional<QuotaWish> project_wish(
    const VolumeSettings& volume, const Allocation& allocation, std::uint64_t granularity)
{
    const auto& rules = volume.projects;
    QuotaWish wish { rules.quota };
    if (const auto own = volume.overrides.find(allocation.identifier); own != volume.overrides.end()) {
        if (own->second.bytes)
            wish.amounts.bytes = own->second.bytes;
        if (own->second.files)
            wish.amounts.files = own->second.files;
        wish.basis = Name("override " + text(wish.amounts.bytes) + " " + text(wish.amounts.files));
    } else if (const auto granted = allocation.granted.find(Name { volume.granted_by });
               !volume.granted_by.empty() && granted != allocation.granted.end()) {
        wish.amounts.bytes = bounded(Wide { granted->second } * volume.granted_unit);
        wish.basis = Name("granted " + text(wish.amounts.bytes));
    }
    if (!wish.amounts.bytes && !wish.amounts.files)
        return std::nullopt;
    return finished(volume, rules, std::move(wish), granularity);
}

std::optional<QuotaWish> person_wish(const VolumeSettings& volume, std::uint64_t granularity)
{
    const auto& rules = volume.users;
    if (!rules.quota.bytes && !rules.quota.files)
        return std::nullopt;
    return finished(volume, rules, { rules.quota }, granularity);
}

} // namespace site
