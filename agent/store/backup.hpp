#pragma once

#include "store/evidence.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// A copy of the store, or what is to be restored.
struct StoreCopy {
    std::filesystem::path file;
    std::uint64_t bytes = 0;
    ChainHead head; ///< of its journal
    std::int64_t records = 0; ///< that are ours by it
    std::optional<Instant> newest {}; ///< time of the last evidence in it
};

/// Copies the store to a new file, mode 0600, while others go on writing: SQLite's online backup of one
/// state, checked, synced, whole or not at all. `refused` when the file is there already. The folder is made
/// when it is missing (0700).
Result<StoreCopy> back_up(const Database&, const std::filesystem::path& to);

/// `state-20261126T080000Z.db`
std::string backup_name(Instant);

/// Backups with such names in a folder, newest first; none when there is no folder.
std::vector<std::filesystem::path> backups_in(const std::filesystem::path& folder);
/// The moment in the name of a backup.
std::optional<Instant> backup_time(const std::filesystem::path&);

/// Removes the oldest until `keep` are left; other files are not touched. Returns how many went.
Result<std::size_t> drop_old_backups(const std::filesystem::path& folder, std::size_t keep);

/// A backup on its way back: a copy beside the state file, checked and brought to this release's format. The
/// backup itself is only read.
class Restoration {
public:
    /// `invalid` when it is no store or of a newer release, `internal` when it is damaged or its journal
    /// does not prove itself.
    static Result<Restoration> prepare(
        const std::filesystem::path& backup, const std::filesystem::path& state);
    Restoration(Restoration&&) noexcept;
    Restoration& operator=(Restoration&&) = delete;
    ~Restoration(); ///< without `finish` nothing has happened

    [[nodiscard]] const StoreCopy& copy() const { return copy_; }

    /// Puts it in the store's place. What was there is kept beside it, its name is returned; empty when
    /// nothing was. Nobody may have the store open. Allowances are not restored, and the store counts as
    /// found. A crash leaves the old store, or none with a trace of it, or the new one.
    Result<std::filesystem::path> finish(std::string_view by, Instant now);

private:
    Restoration() = default;
    std::filesystem::path state_;
    std::filesystem::path draft_;
    StoreCopy copy_;
};

} // namespace site
