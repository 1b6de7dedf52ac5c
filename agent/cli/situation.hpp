#pragma once

#include "cli/commands.hpp"
#include "cli/volume_state.hpp"
#include "store/evidence.hpp"
#include "store/ledger.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
#include "store/troubles.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// What the store knows, gathered once for both forms.
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

Result<Situation> situation(const Desk&, Database&);

// A member of the cycle's summary; empty, 0 or an empty array where it is missing.
std::string member_text(const boost::json::object&, std::string_view key);
std::int64_t member_number(const boost::json::object&, std::string_view key);
const boost::json::array& member_array(const boost::json::object&, std::string_view key);

} // namespace site
