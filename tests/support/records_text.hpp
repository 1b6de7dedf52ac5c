#pragma once

#include "core/diff.hpp"
#include "core/plan.hpp"

#include <string>

namespace site {

/// Plans and differences as text, so that a test compares them whole.
inline std::string lines(const std::vector<Change>& changes)
{
    std::string out;
    for (const auto& change : changes)
        out += text(change) + "\n";
    return out;
}

inline std::string lines(const std::vector<Step>& steps)
{
    std::string out;
    for (const auto& step : steps) {
        out += step.plugin + ", " + std::string(name(step.phase)) + ":\n";
        for (const auto& change : step.changes)
            out += "  " + text(change) + "\n";
    }
    return out;
}

} // namespace site
