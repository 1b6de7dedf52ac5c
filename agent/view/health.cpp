#include "view/health.hpp"

namespace site {

Seconds oldest_good_cycle(const Config& config)
{
    return 3 * config.cycle_interval + Seconds { 300 };
}

std::vector<std::string> not_ready(const Situation& situation, const Config& config, Instant now)
{
    std::vector<std::string> out;
    if (!situation.lost.empty())
        out.push_back("store: " + situation.lost);
    if (!situation.cycle_at) {
        out.emplace_back("cycle: there was none yet");
        return out;
    }
    if (now - *situation.cycle_at > oldest_good_cycle(config))
        out.push_back("cycle: the last one was " + span_text(now - *situation.cycle_at) + " ago");
    if (const auto error = member_text(situation.cycle, "error"); !error.empty())
        out.push_back("cycle: " + error);
    if (const auto error = member_text(situation.cycle, "portal_error"); !error.empty())
        out.push_back("portal: " + error);
    for (const auto& one : member_array(situation.cycle, "sick"))
        if (const auto* plugin = one.if_object())
            out.push_back("plugin " + member_text(*plugin, "plugin") + ": " + member_text(*plugin, "error"));
    return out;
}

} // namespace site
