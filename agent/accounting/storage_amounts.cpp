#include "accounting/storage_amounts.hpp"

#include "model/rational.hpp"

#include <algorithm>

namespace site {
namespace {

__extension__ using Wide = unsigned __int128;

struct Sum {
    Wide bytes = 0;
    std::uint64_t days = 0;
    std::uint64_t last = 0;
    Instant read {};
    std::uint64_t highest = 0;
};

std::uint64_t figure(const Sum& sum, StorageFigure wanted)
{
    switch (wanted) {
    case StorageFigure::highest:
        return sum.highest;
    case StorageFigure::mean:
        return static_cast<std::uint64_t>((sum.bytes + sum.days / 2) / sum.days);
    case StorageFigure::current:
        break;
    }
    return sum.last;
}

Decimal in_unit(Wide bytes, const StorageComponent& component)
{
    return to_decimal(Rational(bytes, component.unit));
}

} // namespace

std::map<StorageHolder, std::uint64_t> storage_figures(
    const std::vector<StorageDay>& days, const StorageComponent& component)
{
    std::map<StorageHolder, Sum> sums;
    for (const auto& day : days) {
        if (day.volume != component.volume || !day.level.used_bytes)
            continue;
        auto& sum = sums[day.level.holder];
        sum.bytes += *day.level.used_bytes;
        ++sum.days;
        sum.highest = std::max(sum.highest, day.highest_bytes);
        if (sum.days == 1 || day.read >= sum.read) {
            sum.read = day.read;
            sum.last = *day.level.used_bytes;
        }
    }
    std::map<StorageHolder, std::uint64_t> out;
    for (const auto& [holder, sum] : sums)
        out.emplace(holder, figure(sum, component.figure));
    return out;
}

StorageAmounts storage_amounts(const std::vector<StorageDay>& days, const UsageConfig& config,
    const ResourceOf& resource_of, const MembersOf& members_of)
{
    std::map<Name, Uuid> resource_of_person;
    for (const auto& [account, users] : members_of) // by name
        if (const auto resource = resource_of.find(account);
            resource != resource_of.end() && !resource->second.is_nil())
            for (const auto user : users)
                resource_of_person.try_emplace(user, resource->second);
    StorageAmounts out;
    for (const auto& [type, component] : config.storage_components) {
        std::map<Uuid, Wide> totals;
        for (const auto& [holder, bytes] : storage_figures(days, component)) {
            if (holder.user.empty()) {
                const auto resource = resource_of.find(holder.group);
                if (resource != resource_of.end() && !resource->second.is_nil())
                    totals[resource->second] += bytes;
            } else if (const auto resource = resource_of_person.find(holder.user);
                       resource != resource_of_person.end()) {
                out.users[resource->second][type][holder.user.text()] = in_unit(bytes, component);
            }
        }
        for (const auto& [resource, bytes] : totals)
            out.totals[resource][type] = in_unit(bytes, component);
    }
    return out;
}

} // namespace site
