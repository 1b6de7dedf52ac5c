#pragma once

#include "store/database.hpp"

#include <filesystem>
#include <string>

namespace site {

/// Whether what a store says of ownership may be acted on. What our marks at the site belong to is known only
/// to the store that saw them made.
enum class Founding : std::uint8_t {
    founded, ///< it may be acted on
    /// Made anew, the first in its folder. The first cycle decides: nothing at the site bears our mark, then
    /// `set_found`; something does, then `set_lost`.
    unfounded,
    lost ///< made anew although there was one before: audit only, until it is restored or adopted
};

Result<Founding> founding(const Database&);

/// Whether the store is `lost`. Nothing at the site may then be changed.
Result<bool> store_lost(const Database&);

void set_found(Transaction&);
/// `why` is for people: `status` shows it.
void set_lost(Transaction&, std::string_view why);

/// What `set_lost` was told, or the like of a store that was made anew; empty when it is founded.
Result<std::string> founding_text(const Database&);

/// Whether there has been a state file in this folder, and by what that is known; empty when there has not.
/// For whoever looks without a store: an empty one in memory says nothing of it.
std::string trace_of_a_store(const std::filesystem::path& state_folder);

/// Leaves that trace: the file `founded`. Does nothing when it is there.
Result<void> leave_trace(const std::filesystem::path& state_folder);

/// Writes how a new store begins, by the trace of an earlier one. Throws SQLite::Exception.
void note_birth(SQLite::Database&, const std::string& trace);

} // namespace site
