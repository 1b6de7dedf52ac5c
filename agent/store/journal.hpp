#pragma once

#include "api/change.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace site {

enum class Outcome : std::uint8_t {
    open, ///< intended; whether it was carried out is for the next look at the site to say
    done, ///< seen at the site
    failed, ///< not seen at the site; `said` has the tool's words
    later ///< can't be done yet (jobs are active), will be tried again
};

std::string_view name(Outcome);

struct JournalEntry {
    std::int64_t id = 0;
    std::int64_t cycle = 0; ///< the first entry's id of its cycle; groups them
    Instant at;
    std::string plugin;
    std::string by; ///< `apply by root`, `run`
    Change change;
    Outcome outcome = Outcome::open;
    std::string said; ///< the tool's words, or how a crash was resolved
    std::optional<Instant> settled;
};

struct JournalQuery {
    std::size_t most = 50;
    std::optional<Instant> since {};
    std::optional<Instant> until {}; ///< only before then
    std::string name {}; ///< only of this account or group
    std::string user {}; ///< only of this member
    std::optional<Kind> kind {};
    bool open_or_failed = false;
};

/// The commands that a plugin ran for a batch of entries.
struct BatchCommands {
    std::int64_t first = 0; ///< entries that they were for ...
    std::int64_t last = 0;
    std::vector<std::string> commands;
    std::uint64_t left_out = 0; ///< that were too many to be kept
};

/// Every change that was intended, before it was tried, and what became of it. All of it is added to the
/// chain of evidence in the same commit.
class Journal {
public:
    explicit Journal(const Database& database) : database_(database) { }

    /// Writes intents for the changes, all `open`; returns their ids in the same order.
    std::vector<std::int64_t> intend(
        Transaction&, std::string_view plugin, std::string_view by, Instant, const std::vector<Change>&);
    void settle(Transaction&, std::int64_t id, Outcome, std::string_view said, Instant);
    /// The commands that carry out these entries, in the commit of their intents.
    void ran(Transaction&, const std::vector<std::int64_t>& ids, const std::vector<std::string>& commands,
        Instant);
    /// Something that was decided or done beside the changes: `allowance`, `adopted`, `restored`.
    void note(Transaction&, std::string_view event, std::string_view by, std::string_view text, Instant);

    /// Intents without outcome, oldest first: left by a crash, or by a failed look afterwards.
    Result<std::vector<JournalEntry>> open_intents(std::string_view plugin, Name cluster) const;
    /// Newest first.
    Result<std::vector<JournalEntry>> entries(const JournalQuery&) const;
    /// The commands that were run for an entry; none when they were not kept.
    Result<std::optional<BatchCommands>> commands_of(std::int64_t id) const;

private:
    const Database& database_;
};

} // namespace site
