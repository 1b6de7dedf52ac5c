#include "core/cycle_run.hpp"

#include <algorithm>

namespace site {

/// What is granted sets quotas at creation, so a resource that was never seen is asked for before anything is
/// made for it; the others' turn is the status reading. Once a cycle at most, and only where a volume goes by
/// grants.
void CycleRun::learn_grants(const Listing& listing)
{
    const auto& volumes = parts_.cluster.storage;
    const bool wanted = std::any_of(volumes.begin(), volumes.end(),
        [](const VolumeSettings& volume) { return !volume.granted_by.empty(); });
    const bool strange
        = std::any_of(listing.allocations.begin(), listing.allocations.end(), [&](const AllocationRow& row) {
              return !row.resource.is_nil() && !resources_.contains(row.resource);
          });
    if (!wanted || !strange || learned_ || !parts_.resources)
        return;
    learned_ = true;
    auto rows = parts_.resources();
    if (!rows) {
        grants_unknown_ = rows.error();
        return;
    }
    for (auto& row : *rows)
        resources_.insert_or_assign(row.uuid, std::move(row));
    // One that the portal does not show us grants nothing, and is not asked for again.
    for (const auto& row : listing.allocations)
        if (!row.resource.is_nil())
            resources_.try_emplace(row.resource, ResourceRow { .uuid = row.resource, .state = {} });
    std::erase_if(resources_, [&](const auto& known) {
        return std::none_of(listing.allocations.begin(), listing.allocations.end(),
            [&](const AllocationRow& row) { return row.resource == known.first; });
    });
}

/// What was learned goes into the store with the cycle's end.
void CycleRun::keep_grants(Transaction& transaction)
{
    if (!learned_ || grants_unknown_)
        return;
    std::vector<ResourceRow> rows;
    for (const auto& [uuid, row] : resources_)
        rows.push_back(row);
    memory_.save_resources(transaction, cluster_, rows);
}

} // namespace site
