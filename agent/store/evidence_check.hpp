#pragma once

#include "store/evidence.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace site {

/// The first thing that is wrong with the chain.
struct ChainFault {
    std::int64_t seq = 0; ///< of the row that shows it; 0: no row does
    std::string what;
};

struct ChainCheck {
    std::int64_t rows = 0; ///< of the chain that were looked at
    std::int64_t entries = 0; ///< journal entries that were held against it
    std::int64_t older
        = 0; ///< journal entries up to this id are older than the chain and are not proven by it
    ChainHead head;
    Anchor anchor;
    std::optional<ChainFault> fault; ///< none: every row follows from the one before, and the journal agrees
};

/// Walks the chain from its anchor to its end, recomputes each hash, and holds each journal entry against its
/// intent and its last outcome. In one state of the file and in constant memory.
///
/// `known` is a head that was noted elsewhere: the chain must still have it. It is `not_found` when it was
/// compacted since. Without it only a cut that left the file's own note of its head as it was is noticed.
Result<ChainCheck> check_chain(const Database&, const std::optional<ChainHead>& known = std::nullopt);

} // namespace site
