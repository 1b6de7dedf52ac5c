#include "core/trouble.hpp"

namespace site {

TroubleMap after_cycle(
    TroubleMap before, const ResourceOutcomes& outcomes, Instant now, std::uint32_t lasting)
{
    const bool everywhere = outcomes.failed.size() > 2 && outcomes.failed.size() > outcomes.done.size();
    if (outcomes.outage || everywhere)
        return before;
    TroubleMap after;
    for (auto& [resource, trouble] : before) {
        if (outcomes.failed.contains(resource) || !trouble.ours())
            continue;
        trouble.stage = TroubleStage::over;
        after.emplace(resource, std::move(trouble));
    }
    for (const auto& [resource, text] : outcomes.failed) {
        const auto had = before.find(resource);
        auto trouble = had == before.end() ? Trouble { now } : had->second;
        ++trouble.cycles;
        trouble.text = text;
        if (trouble.stage == TroubleStage::over
            || (trouble.stage == TroubleStage::counting && lasting > 0 && trouble.cycles >= lasting))
            trouble.stage = TroubleStage::due;
        after.emplace(resource, std::move(trouble));
    }
    return after;
}

} // namespace site
