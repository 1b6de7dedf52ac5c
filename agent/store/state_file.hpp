#pragma once

#include "model/result.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>

namespace site {

/// What SQLite said as an Error: a busy file is `timed_out`, a read-only one `refused`, a damaged one says
/// so.
Error sql_error(const SQLite::Exception&);

/// `the state file "/var/lib/site-agent/state.db"`
std::string state_file_text(const std::filesystem::path&);

/// The folder that the file is in; `.` for a bare name.
std::string folder_of(const std::filesystem::path& file);

/// Returns when what was written to it, or what was named in it, is on the disk.
Result<void> sync_file(const std::string& file);
Result<void> sync_folder(const std::string& folder);

/// Device and inode: whether a path still leads to the file that it led to.
Result<std::pair<std::uint64_t, std::uint64_t>> file_identity(const std::filesystem::path&);

/// Whether the file is there and may be used: a regular file, not empty. `not_found` when it is absent.
Result<void> check_state_file(const std::filesystem::path&);

/// Closes the file to others, 0600; SQLite gives the files beside it the same mode.
Result<void> close_to_others(const std::filesystem::path&);

/// Makes the folder (0700, the last part of the path only) or checks that nobody else can write to it.
Result<void> prepare_state_folder(const std::filesystem::path& folder);

/// Makes a new file, complete or not at all: `fill` works on another name beside it, which is linked to the
/// right one at the end. A file that another process made meanwhile is left as it is.
Result<void> make_state_file(
    const std::filesystem::path&, const std::function<void(SQLite::Database&)>& fill);

} // namespace site
