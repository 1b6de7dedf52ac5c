#pragma once

#include "config/config.hpp"
#include "portal/rest_portal.hpp"
#include "store/ledger.hpp"
#include "store/outbox.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace site {

/// The amount of one component, of sums in (MB-)seconds, in the portal's unit, rounded half up once. Pure.
Decimal amount(const Spent&, const ComponentConfig&);

/// Which account's usage goes to which marketplace resource.
using ResourceOf = std::map<Name, Uuid>;

/// What components of storage come to, by resource, in the portal's unit.
struct StorageAmounts {
    std::map<Uuid, std::map<std::string, Decimal>> totals {};
    std::map<Uuid, std::map<std::string, std::map<std::string, Decimal>>> users {}; ///< by type and user
};

/// A component's total that came out lower than what the portal holds.
struct Fewer {
    Uuid resource;
    std::string type;
    Decimal portal;
    Decimal now;
};

struct Reports {
    std::vector<OutboxRow> rows {};
    std::vector<Fewer> fewer {}; ///< held back: the portal keeps what it has, until somebody releases it
    std::set<Uuid> agreed {}; ///< released ones of which the portal holds no more than was used
};

/// The outbox rows that differ from what the portal has acknowledged or what already waits. All components
/// of a resource go in one call; a user who vanished from the month's usage is sent as zero. Pure.
///
/// `month_rows` are none when the month's usage is not known whole: then only storage is told of, and what
/// waits of usage waits on.
///
/// What was used never falls, so a lower total (and with it the people's shares of that component) is held
/// back, unless the resource is among those `released`. Storage may fall.
Reports rows_to_report(const std::optional<std::vector<LedgerRow>>& month_rows, Month, Instant measured,
    const ResourceOf&, const UsageConfig&, const Reported&, const std::vector<OutboxRow>& waiting,
    const StorageAmounts& = {}, const std::set<Uuid>& released = {});

struct Drained {
    std::size_t sent = 0;
    std::size_t failed = 0;
    std::size_t refused = 0;
    std::vector<std::string> errors; ///< one line each, bounded
};

enum class Due : std::uint8_t {
    by_pause, ///< what failed before waits for its pause
    all ///< a person asked: everything that isn't refused
};

/// Sends what is due, in order; each acknowledgement is booked in its own commit. A row that the portal
/// refuses for ever (closed month) is kept and marked; what fails otherwise is tried again later with
/// growing pauses; the portal being away ends the run.
Result<Drained> drain(
    RestPortal&, Database&, const Clock&, const std::function<bool()>& stop = {}, Due due = Due::by_pause);

} // namespace site
