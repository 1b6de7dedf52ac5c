#pragma once

#include "portal/rest_portal.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace site::simulation {

/// What a portal says about its lists, when it does not simply tell the truth.
enum class Lie : std::uint8_t {
    none,
    not_whole, ///< pages contradict each other: the client gives an error, never rows
    hidden_once, ///< rows are missing from the first reading only
    hidden_found, ///< rows are missing from every reading, a retrieve finds them
    hidden, ///< rows are missing everywhere
    no_allocations, ///< an empty list
    no_associations,
    nothing,
    other_lists, ///< lists of which nothing was known before
    wrong_clock,
    other_settings, ///< a row of another OpenPortal instance
};

constexpr int lies = static_cast<int>(Lie::other_settings) + 1;
const char* name(Lie);

/// What the portal was asked and what it answered, since it was cleared.
struct Asked {
    int listings = 0;
    std::vector<Listing> whole; ///< what was given as whole lists
    bool failed = false; ///< some reading of the lists was no whole one
    std::set<Uuid> found; ///< retrieved, and there
    int retrieves = 0;
    int usage_calls = 0;
    std::vector<std::string> heard; ///< each figure that arrived
};

/// One figure at the portal.
using FigureKey = std::tuple<Uuid, Month, std::string, std::string>; ///< resource, month, component, user

/// The true portal: its rows, what it has received, and how it is minded.
class TruePortal {
public:
    explicit TruePortal(const Clock& clock) : clock_(clock) { }

    std::vector<AllocationRow> allocations;
    std::vector<AssociationRow> associations;
    std::map<Uuid, ResourceRow> flags;

    bool away = false;
    Lie lie = Lie::none;
    std::set<Uuid> hidden; ///< what hiding lies hide
    bool loses_answers = false; ///< usage arrives, the answer does not
    std::set<Uuid> refuses; ///< resources whose usage is turned down, for now
    bool closes_months = false; ///< takes nothing of a past month
    std::function<void(const char* where)> seam; ///< called on the agent's thread; may throw: a kill
    std::function<void(const FigureKey&, Decimal)> heard; ///< for each figure that arrives

    Asked asked;
    std::map<FigureKey, Decimal> received;

    Result<Listing> listing(const AllocationFilter&);
    Result<bool> is_there(Uuid);
    Result<void> set_usage(Uuid resource, Instant date, std::span<const ComponentAmount>);
    Result<std::vector<UsageRecord>> usage_records(Uuid resource, Month);
    Result<void> set_user_usages(Uuid record, Instant date, std::span<const UserAmount>);

    AllocationRow* allocation(Uuid);

private:
    struct Record {
        Uuid resource;
        Month month;
        std::string type;
    };
    Result<void> accept(Uuid resource, Month);
    void keep(const FigureKey&, Decimal);

    const Clock& clock_;
    std::map<Uuid, Record> records_;
    std::uint64_t serial_ = 0;
};

/// A uuid that is told from others by its first digits.
Uuid numbered(char family, std::uint64_t number);

/// The real client's class over this portal: the simulation has its own definition of RestPortal, so that
/// the real cycle and the real drain reach it without HTTP.
std::unique_ptr<RestPortal> connect(TruePortal&, const Clock&);

} // namespace site::simulation
