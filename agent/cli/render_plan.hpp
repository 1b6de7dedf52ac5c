#pragma once

#include "cli/screen.hpp"
#include "core/cycle.hpp"

#include <string>
#include <vector>

namespace site {

struct PlanView {
    const CycleReport& report;
    std::vector<std::string> commands; ///< shown when not empty
};

/// The plan for people: what would change and why, what is held, what is blocked, what was found. Pure.
std::string plan_text(const PlanView&, const Screen&);
/// The same as one JSON object, whole. Pure.
std::string plan_json(const PlanView&);

/// What an apply did, after its progress lines. Pure.
std::string apply_text(const CycleReport&, const Screen&);

} // namespace site
