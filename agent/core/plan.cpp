#include "core/plan.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace site {
namespace {

/// Leaving a group is a revocation, which can be undone: it is not put off to the removals.
Phase phase_of(const Change& change)
{
    if (change.action == Action::remove && change.key.kind != Kind::group_member)
        return Phase::remove;
    return change.effect == Effect::gives ? Phase::give : Phase::take_away;
}

} // namespace

std::string_view name(Phase phase)
{
    switch (phase) {
    case Phase::take_away:
        return "take away";
    case Phase::give:
        return "give";
    case Phase::remove:
        return "remove";
    }
    return "give";
}

std::size_t Plan::size() const
{
    std::size_t count = 0;
    for (const auto& step : steps)
        count += step.changes.size();
    return count;
}

std::vector<Step> ordered(std::vector<std::pair<std::string, std::vector<Change>>> by_plugin)
{
    struct Item {
        Phase phase;
        int rank; ///< kinds upwards, in removals downwards
        std::size_t plugin;
        Change change;
    };
    std::vector<Item> items;
    for (std::size_t plugin = 0; plugin < by_plugin.size(); ++plugin)
        for (auto& change : by_plugin[plugin].second) {
            const auto phase = phase_of(change);
            const int kind = static_cast<int>(change.key.kind);
            items.push_back({ phase, phase == Phase::remove ? -kind : kind, plugin, std::move(change) });
        }
    std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
        return std::tie(a.phase, a.rank, a.plugin, a.change.key)
            < std::tie(b.phase, b.rank, b.plugin, b.change.key);
    });
    std::vector<Step> steps;
    for (auto& item : items) {
        const auto& plugin = by_plugin[item.plugin].first;
        if (steps.empty() || steps.back().plugin != plugin || steps.back().phase != item.phase)
            steps.push_back({ plugin, item.phase, {} });
        steps.back().changes.push_back(std::move(item.change));
    }
    return steps;
}

std::string plan_id(const std::vector<Step>& steps)
{
    std::string whole;
    for (const auto& step : steps)
        for (const auto& change : step.changes)
            whole += step.plugin + " " + text(change) + "\n";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest {};
    unsigned int length = 0;
    EVP_Digest(whole.data(), whole.size(), digest.data(), &length, EVP_sha256(), nullptr);
    static constexpr char hex[] = "0123456789abcdef";
    std::string id;
    for (std::size_t i = 0; i < 6; ++i) {
        id += hex[digest[i] >> 4];
        id += hex[digest[i] & 15];
    }
    return id;
}

} // namespace site
