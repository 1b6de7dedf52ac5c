#pragma once

#include "model/decimal.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"
#include "portal/rows.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace site {

enum class OutboxCall : std::uint8_t { set_usage, set_user_usages };

std::string_view name(OutboxCall);

/// A figure waiting to be sent. One row for each (resource, month, call, component): a newer one replaces it.
struct OutboxRow {
    Uuid resource;
    Month month;
    OutboxCall call = OutboxCall::set_usage;
    std::string component {}; ///< of set_user_usages; empty for set_usage
    std::vector<ComponentAmount> amounts {}; ///< of set_usage
    std::vector<UserAmount> users {}; ///< of set_user_usages
    Instant measured; ///< lies in `month` (in the portal's zone)
    // kept by the outbox:
    std::uint64_t version = 0; ///< grows with each replacement
    std::uint32_t attempts = 0;
    std::optional<Instant> next_try {};
    bool refused = false; ///< the portal will never take it (a closed month); kept to be seen
    std::string last_error {};
};

/// What the portal has acknowledged, by (resource, month, component, user); user empty for the total.
using Reported = std::map<std::tuple<Uuid, Month, std::string, std::string>, Decimal>;

/// Figures that must reach the portal. Bounded by construction.
class Outbox {
public:
    explicit Outbox(const Database& database) : database_(database) { }

    void put(Transaction&, const OutboxRow&, Instant now);
    /// Acknowledged by the portal: the row goes (unless it was replaced meanwhile) and its figures count as
    /// reported.
    void sent(Transaction&, const OutboxRow&);
    void failed(Transaction&, const OutboxRow&, std::string_view error, Instant next_try);
    void refused(Transaction&, const OutboxRow&, std::string_view error);

    /// In order within a resource: set_usage first.
    Result<std::vector<OutboxRow>> rows() const;
    Result<Reported> reported(Month) const;

private:
    const Database& database_;
};

} // namespace site
