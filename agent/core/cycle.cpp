#include "core/cycle.hpp"

#include "core/cycle_run.hpp"

#include <algorithm>

namespace site {

CycleReport cycle(const CycleParts& parts, CycleMode mode)
{
    CycleRun run(parts, mode);
    auto done = run.make_plan();
    if (done && mode == CycleMode::apply)
        done = run.carry_out();
    auto& report = run.report();
    if (!done)
        report.error = done.error();
    return std::move(report);
}

Inventory take_stock(const CycleParts& parts)
{
    CycleRun run(parts, CycleMode::stock);
    Inventory inventory;
    if (auto done = run.make_plan(); done)
        run.take_stock(inventory);
    else
        run.report().error = done.error();
    inventory.report = std::move(run.report());
    return inventory;
}

AdoptReport adopt(const CycleParts& parts, const AdoptRequest& request)
{
    CycleRun run(parts, CycleMode::stock);
    AdoptReport adopted;
    auto done = run.make_plan();
    if (done)
        done = run.adopt(request, adopted);
    auto& report = run.report();
    if (done && report.portal_error)
        done = *report.portal_error;
    if (!done)
        adopted.error = done.error();
    return adopted;
}

int CycleReport::exit_code() const
{
    const bool failed = std::any_of(outcomes.begin(), outcomes.end(),
        [](const auto& done) { return done.outcome == "failed" || done.outcome == "open"; });
    if (error || portal_error || failed || !plan.sick.empty())
        return 1;
    if (!plan.guards.empty())
        return 3;
    const bool later = std::any_of(
        outcomes.begin(), outcomes.end(), [](const auto& one) { return one.outcome == "later"; });
    return later || stopped || (outcomes.empty() && plan.size() > 0) ? 2 : 0;
}

} // namespace site
