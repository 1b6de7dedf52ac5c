#include "simulation/history.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace site::simulation {
namespace {

std::uint64_t number(const char* variable, std::uint64_t otherwise)
{
    const char* text = std::getenv(variable);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

std::string story(const History& history)
{
    std::string out;
    for (const auto& line : history.told())
        out += line + "\n";
    return out;
}

/// What the agent throws is a failure of that history, not of all.
std::optional<Violation> played(History& history)
{
    try {
        return history.play();
    } catch (const std::exception& error) {
        return Violation { 0, std::string("it threw: ") + error.what() };
    }
}

/// SITE_SIMULATION_SEED plays one history and prints every step; SITE_SIMULATION_HISTORIES says how many
/// are played, from SITE_SIMULATION_FROM on.
TEST(Simulation, KeepsTheTenRulesInRandomHistories)
{
    if (const auto seed = number("SITE_SIMULATION_SEED", 0)) {
        History history(seed, {}, History::Print::steps);
        const auto broken = played(history);
        ASSERT_FALSE(broken) << "rule " << broken->rule << " (" << rule_text(broken->rule)
                             << "): " << broken->text;
        return;
    }
    const auto from = number("SITE_SIMULATION_FROM", 1);
    const auto count = number("SITE_SIMULATION_HISTORIES", 150);
    const auto begun = std::chrono::steady_clock::now();
    std::size_t steps = 0;
    int failures = 0;
    std::map<std::string, std::size_t> happened;
    for (auto seed = from; seed < from + count; ++seed) {
        History history(seed);
        const auto broken = played(history);
        steps += history.steps();
        for (const auto& [what, times] : history.happened())
            happened[what] += times;
        if (!broken)
            continue;
        ADD_FAILURE() << "seed " << seed << ", rule " << broken->rule << " (" << rule_text(broken->rule)
                      << "): " << broken->text << "\n"
                      << (failures == 0 ? story(history) : std::string {});
        if (++failures == 20)
            break;
    }
    for (const auto& [what, times] : happened)
        std::printf("%8zu %s\n", times, what.c_str());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::printf("%llu histories, %zu steps in %.1f s: %.1f histories/s, %.0f steps/s\n",
        static_cast<unsigned long long>(count), steps, took.count(),
        static_cast<double>(count) / took.count(), static_cast<double>(steps) / took.count());
}

} // namespace
} // namespace site::simulation
