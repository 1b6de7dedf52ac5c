#pragma once

#include "config/config.hpp"
#include "store/evidence.hpp"
#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
#include "store/troubles.hpp"
#include "view/volume_state.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// What the store knows of the last cycle and of what waits, gathered once for every way of showing it.
struct Situation {
    boost::json::object cycle; ///< the last cycle's summary; empty: none yet
    std::optional<Instant> cycle_at;
    std::optional<Instant> snapshot_at;
    std::vector<OutboxRow> outbox;
    std::optional<LedgerDay> newest_day;
    std::vector<std::pair<const KnownAllocation*, const KnownMember*>> gone;
    Known known;
    TroubleMap troubles;
    std::string lost; ///< why nothing is changed; empty: the store is good
    ChainHead head; ///< of the journal
    std::optional<Instant> newest_backup; ///< of those that the daemon makes
    std::string daemon; ///< who runs; empty: nobody
    std::vector<VolumeState> volumes; ///< those configured, by name
    std::vector<StoredLevel> levels; ///< what is known of them, by volume and holder
};

/// Reads only. `who` asks, for the message of a lock that is looked at: `site-agent status`.
Result<Situation> situation(const Config&, const Clock&, Database&, const std::string& who);

// A member of the cycle's summary; empty, 0 or an empty array where it is missing.
std::string member_text(const boost::json::object&, std::string_view key);
std::int64_t member_number(const boost::json::object&, std::string_view key);
const boost::json::array& member_array(const boost::json::object&, std::string_view key);

} // namespace site
