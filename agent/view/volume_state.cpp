#include "view/volume_state.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {

std::vector<VolumeState> volume_states(
    const std::vector<VolumeSettings>& configured, const std::vector<StoredVolume>& stored)
{
    std::vector<VolumeState> states;
    for (const auto& volume : configured) {
        const auto found = std::find_if(
            stored.begin(), stored.end(), [&](const StoredVolume& one) { return one.volume == volume.name; });
        if (found == stored.end())
            states.push_back({ .volume = volume.name });
        else
            states.push_back({ volume.name, found->tried, found->read, found->error });
    }
    std::sort(states.begin(), states.end(),
        [](const VolumeState& a, const VolumeState& b) { return a.volume < b.volume; });
    return states;
}

std::string text(const VolumeState& state, Instant now)
{
    const auto ago = [&](Instant at) { return span_text(now - at) + " ago"; };
    if (!state.tried)
        return "not read yet";
    if (state.error.empty() && state.read)
        return "read " + ago(*state.read);
    return "the last reading failed " + ago(*state.tried) + ": " + state.error
        + (state.read ? "; read whole " + ago(*state.read) : "; never read whole");
}

boost::json::array volumes_json(const std::vector<VolumeState>& states)
{
    const auto instant = [](const std::optional<Instant>& at) {
        return at ? boost::json::value(text(*at)) : boost::json::value(nullptr);
    };
    boost::json::array all;
    for (const auto& state : states)
        all.push_back(boost::json::object { { "volume", state.volume }, { "tried", instant(state.tried) },
            { "read", instant(state.read) }, { "error", state.error } });
    return all;
}

bool any_failed(const std::vector<VolumeState>& states)
{
    return std::any_of(
        states.begin(), states.end(), [](const VolumeState& state) { return !state.error.empty(); });
}

} // namespace site
