#pragma once

#include "simulation/world.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace site::simulation {

/// (group, user); the user empty for the allocation itself.
using Place = std::pair<Name, Name>;

/// Holds what the agent did against the ten rules, by a small model of its own: what the portal's lists said
/// of each place and since when, what was measured, what was taken away over a day. It asks the agent for
/// nothing but its report of what was left sick.
class Oracle {
public:
    explicit Oracle(World&);

    void after_plan(const std::string& store_before, const CycleSeen&);
    void after_cycle(const CycleSeen&);
    /// The cycle before was calm and nothing happened since.
    void after_idle(const CycleSeen&);
    void after_usage(const UsageSeen&);
    void after_status() { told_flags_ = world_.portal.flags; }
    /// Everything has been well for a while: what was measured must be known to the portal.
    void after_recovery();

    /// Rows whose identity was tampered with: nothing is expected of their projects but that they be left.
    void odd(Uuid row, Name group);
    [[nodiscard]] bool is_odd(Name group) const { return odd_groups_.contains(group); }
    /// The changes that an operator let pass.
    void allow(const Plan&);
    /// Whether a cycle could and should do its whole work.
    [[nodiscard]] bool calm(const CycleSeen&) const;
    /// Nothing is to be done: a calm cycle now is an idle one.
    [[nodiscard]] bool settled() const;

private:
    struct Standing {
        std::set<Uuid> rows; ///< that ever were this place's
        bool gone = false; ///< missing from two readings, and not listed since
        std::map<const Site*, Instant> confirmed; ///< since when it is blocked while gone
    };
    enum class Gate : std::uint8_t { open, portal, spent, undecided };

    [[nodiscard]] static bool listed(const Listing&, const Place&, const Standing&);
    [[nodiscard]] static const AllocationRow* row_of(const Listing&, Name group);
    [[nodiscard]] Gate expected_gate(const AllocationRow&) const;
    [[nodiscard]] bool lists_lie(const CycleSeen&) const;
    [[nodiscard]] bool fresh(const CycleSeen&) const;
    [[nodiscard]] bool snapshot_doubted(const CycleSeen&) const;

    void check_write(Site&, const Change&); ///< at the moment of the write, on the plugin's thread
    void check_release(Site&, const Change&, const FieldChange&);
    void learn(const CycleSeen&);
    void check_stale_writes(const CycleSeen&);
    void check_fresh_writes(const CycleSeen&);
    void check_take(const CycleSeen&, const Site&, const Write&);
    void check_frozen(const CycleSeen&, const Site&, const Write&);
    void check_bounds(const CycleSeen&);
    void check_expected(const CycleSeen&);
    void check_project(const CycleSeen&, std::size_t site, Name group, bool takes_expected);
    void check_member(const CycleSeen&, std::size_t site, const Place&, bool create, bool takes_expected);
    [[nodiscard]] bool removal_due(const Standing&, const Site&, Name user) const;
    void check_hands_off();
    void confirm();
    [[nodiscard]] bool own_hold_touched(const CycleSeen&, const Site&, const Key& account) const;
    [[nodiscard]] bool is_take(const CycleSeen&, const Write&) const;
    [[nodiscard]] bool takes_within_bounds(const CycleSeen&) const;
    void heard(const FigureKey&, Decimal);

    void broken(int rule, std::string text) { world_.verdict.broken(rule, std::move(text)); }

    World& world_;
    std::map<Place, Standing> places_;
    std::set<Place> placed_; ///< who has something of the agent's: he is not looked up again
    std::map<Uuid, std::set<Name>> groups_of_; ///< by marketplace resource
    std::set<Uuid> odd_rows_;
    std::set<Name> odd_groups_;
    std::map<Uuid, ResourceRow> told_flags_;
    std::optional<Instant> last_whole_;
    std::set<Uuid> believed_allocations_; ///< of the last lists that nothing was wrong with
    std::set<Uuid> believed_associations_;
    bool settings_known_ = false; ///< a list that was believed had allocations
    std::deque<std::tuple<Instant, const Site*, Key>> taken_;
    std::set<std::pair<std::string, std::string>> allowances_; ///< (site, change)
    std::set<std::tuple<Month, Name, Name, Decimal>> measured_; ///< figures that were ever measured whole
    std::map<Name, Uuid> reported_resources_; ///< by group, of the last calm cycle
    struct Due {
        Uuid resource;
        Figures figures;
        bool at_least = false; ///< the project went since: more may have been told
    };
    std::map<std::pair<Month, Name>, Due> due_; ///< what the portal must have heard in the end
};

} // namespace site::simulation
