#pragma once

#include "simulation/oracle.hpp"
#include "simulation/world.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace site::simulation {

inline constexpr std::array people { "alice", "bob", "carol", "dave", "erin", "frank" };

/// One random history of a portal, a site and an agent, made from its seed alone.
class History {
public:
    enum class Print : std::uint8_t { nothing, steps };

    explicit History(std::uint64_t seed, const Planted& = {}, Print = Print::nothing);

    /// Plays it to its end, or to the first broken rule.
    std::optional<Violation> play();

    [[nodiscard]] std::size_t steps() const { return steps_; }
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }
    /// How often what happened, to see that the histories get everywhere.
    [[nodiscard]] const std::map<std::string, std::size_t>& happened() const { return happened_; }

private:
    struct Project {
        std::string name;
        std::string group;
        AllocationRow row;
        bool listed = true;
    };

    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    bool chance(std::size_t percent) { return below(100) < percent; }
    void say(const std::string&);
    void count(const CycleSeen&);
    [[nodiscard]] bool over() const { return world_.verdict.first().has_value(); }

    void begin();
    void step();
    void recover();

    // what the agent does
    void plan();
    CycleSeen cycle();
    void reconcile();
    void idle();
    void usage();
    void status();
    void operator_allows();

    // what happens around it
    void pass_time();
    void pass(Seconds);
    void portal_changes();
    void project_changes(Project&);
    void members_change(Project&);
    void identity_changes(Project&);
    void portal_lies();
    void site_falls_ill();
    void agent_is_killed();
    void somebody_is_at_the_site();
    void jobs_run();
    void accounting_fails();
    void all_is_well_again();

    Project& add_project();
    void join(Project&, const std::string& person);
    void publish(Project&);
    Project& any_project() { return projects_[below(projects_.size())]; }
    std::size_t members_of(const Project&) const;

    std::mt19937_64 random_;
    const Print print_;
    World world_;
    Oracle oracle_;
    std::deque<Project> projects_; ///< stays in place as it grows
    std::uint64_t serial_ = 0;
    std::size_t steps_ = 0;
    std::vector<std::string> told_;
    std::map<std::string, std::size_t> happened_;
    std::optional<Plan> last_plan_; ///< the last one that a guard held something of
};

} // namespace site::simulation
