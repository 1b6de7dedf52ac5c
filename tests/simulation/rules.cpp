#include "simulation/rules.hpp"

#include <array>

namespace site::simulation {

const char* rule_text(int n)
{
    static constexpr std::array texts {
        "no fresh and whole snapshot, no change; gone means missing from two readings",
        "a plan changes nothing",
        "only our own is altered, field by field; a lifted block restores what stood before",
        "intent before act",
        "what was measured is heard by the portal; a repeat has no effect of its own",
        "a sick plugin is alone",
        "guards: nothing is taken away on lies, additions go on; no change at all without a trusted snapshot",
        "revoke at once by undoable means, destroy late; coming back loses nothing",
        "an error is never a zero",
        "idle is free",
    };
    return n >= 1 && n <= static_cast<int>(texts.size()) ? texts[static_cast<std::size_t>(n - 1)] : "?";
}

} // namespace site::simulation
