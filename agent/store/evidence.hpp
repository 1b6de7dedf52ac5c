#pragma once

#include "model/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// Where the chain ends. Kept outside of the file it proves that nothing before it was altered or cut off.
struct ChainHead {
    std::int64_t seq = 0; ///< 0: the chain is empty
    std::string hash; ///< of that row, 64 hex digits

    friend bool operator==(const ChainHead&, const ChainHead&) = default;
};

std::string text(const ChainHead&); ///< `123:9f86...`
/// Reads what `text` wrote. `invalid` otherwise.
Result<ChainHead> parse_head(std::string_view);

/// One row of the chain. `hash` follows from the row before it and from all that stands in this one.
struct EvidenceRow {
    std::int64_t seq = 0;
    Instant at;
    std::string event; ///< lower-case letters and dashes
    std::optional<std::int64_t> entry; ///< the journal entry that it is about
    std::string body; ///< canonical JSON
    std::string hash;
};

/// What stands for the rows that were dropped from the chain's beginning. `last.seq` 0: none were.
struct Anchor {
    ChainHead last; ///< of what was dropped; the first is always 1
    Instant from; ///< time of the first row that was dropped ...
    Instant to; ///< ... and of the last
    std::int64_t rows = 0; ///< dropped in all
    std::int64_t entries = 0; ///< journal entries dropped in all
    Instant at;
    std::string by;
};

/// Hash of the row that stands before the first.
extern const std::string no_hash;

/// SHA-256 over `BEFORE\nSEQ\nAT\nEVENT\nENTRY\nBODY`: the hash before, decimal numbers (AT in seconds,
/// ENTRY empty for none). Only the body may have a line end, so no two rows have the same text.
std::string link_hash(std::string_view before, const EvidenceRow&);

/// Adds a row to the end of the chain. Throws SQLite::Exception.
void append(
    Transaction&, Instant, std::string_view event, std::optional<std::int64_t> entry, std::string body);

/// The append-only account of everything that was intended, done and decided. Nothing of it is ever changed;
/// only `compact` drops from its beginning.
class Evidence {
public:
    explicit Evidence(const Database& database) : database_(database) { }

    Result<ChainHead> head() const;
    Result<Anchor> anchor() const;
    /// The next rows after this one, oldest first.
    Result<std::vector<EvidenceRow>> after(std::int64_t seq, std::size_t most) const;

    /// Rows that are about no entry (an allowance, a guard, a compaction), newest first, of [since, until).
    Result<std::vector<EvidenceRow>> notes(Instant since, Instant until, std::size_t most) const;

private:
    const Database& database_;
};

/// The anchor as a reader of the store has it. Throws SQLite::Exception.
Anchor anchor_of(SQLite::Database&);
ChainHead head_of(SQLite::Database&);
/// Journal entries up to this id are older than the chain and may have nothing in it.
std::int64_t entries_before_chain(SQLite::Database&);

} // namespace site
