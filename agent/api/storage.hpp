#pragma once

#include "api/finding.hpp"
#include "api/snapshot.hpp"
#include "model/name.hpp"
#include "model/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <vector>

namespace site {

/// Whose storage: a project's, by its Unix group, or a person's on that volume over all projects.
struct StorageHolder {
    Name group {}; ///< empty: a person's
    Name user {}; ///< empty: a project's

    friend bool operator==(const StorageHolder&, const StorageHolder&) = default;
    friend std::strong_ordering operator<=>(const StorageHolder&, const StorageHolder&) = default;
};

/// What a holder has on a volume and may have. Bytes and files (inodes).
struct StorageLevel {
    StorageHolder holder;
    std::optional<std::uint64_t> used_bytes {}; ///< none: not known this time, never zero
    std::optional<std::uint64_t> used_files {}; ///< none: not known, or not counted here
    std::optional<std::uint64_t> limit_bytes {}; ///< none: unlimited
    std::optional<std::uint64_t> limit_files {}; ///< none: unlimited

    friend bool operator==(const StorageLevel&, const StorageLevel&) = default;
};

/// One reading of one volume.
struct StorageReading {
    std::vector<StorageLevel> levels {}; ///< sorted by holder, each once
    std::vector<Finding> findings {};
};

/// Capability of a plugin that keeps the quotas of one volume.
class StorageSource {
public:
    virtual ~StorageSource() = default;
    /// The levels of the projects and people of the snapshot that have a quota here. An Error: the volume
    /// could not be read, so nothing is known of any of them. Reads only; may take long.
    virtual Result<StorageReading> levels(const Snapshot&) = 0;
};

} // namespace site
