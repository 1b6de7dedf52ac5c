#include "core/cycle_run.hpp"

#include <algorithm>

namespace site {

void CycleRun::take_stock(Inventory& inventory)
{
    for (auto& part : sides_) {
        if (part.sick)
            continue;
        report_.judged.snapshot.owned = &part.owned;
        const Side side { part.backend->name(), part.observation, part.desired, part.difference,
            report_.judged.snapshot };
        auto candidates = adoptable(side);
        std::move(candidates.begin(), candidates.end(), std::back_inserter(inventory.adoptable));
        auto found = orphans(side);
        std::move(found.begin(), found.end(), std::back_inserter(inventory.orphans));
    }
}

Result<void> CycleRun::adopt(const AdoptRequest& request, AdoptReport& adopted)
{
    if (!report_.plan.fresh)
        return *report_.portal_error;
    if (!snapshot_trips_.empty() && !(request.marked && snapshot_trips_.front().guard == "store-lost"))
        return Error { Errc::conflict,
            "nothing is adopted while guard " + snapshot_trips_.front().guard
                + " is tripped: " + snapshot_trips_.front().text };
    Inventory inventory;
    take_stock(inventory);
    if (request.marked && !report_.plan.sick.empty())
        return report_.plan.sick.front().error.in("nothing is adopted while a plugin can't look");
    for (const auto& key : request.keys) {
        const auto found = std::find_if(inventory.adoptable.begin(), inventory.adoptable.end(),
            [&](const Adoptable& one) { return one.key == key; });
        if (found == inventory.adoptable.end())
            return Error { Errc::conflict, text(key) + " is no longer there to be adopted; look again" };
        adopted.records.push_back(*found);
    }
    const auto now = parts_.clock.now();
    return parts_.database.commit("adopting", [&](Transaction& transaction) {
        for (const auto& one : adopted.records) {
            Change as_it_stands { Action::create, Effect::gives, one.key };
            if (!request.record_only)
                for (const auto& field : one.fields)
                    as_it_stands.fields.push_back({ field.field, field.before, field.before, field.basis });
            ownership_.settled(transaction, one.plugin, as_it_stands, now);
            journal_.note(transaction, "adopted", parts_.by,
                one.plugin + ": " + text(one.key)
                    + (request.record_only ? ", its values left as they are" : ""),
                now);
        }
        if (request.marked)
            set_found(transaction);
    });
}

} // namespace site
