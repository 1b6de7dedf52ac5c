#pragma once

#include "support/temp_dir.hpp"

#include <string>

namespace site {

/// A btrfs with quota groups, mounted from a file for as long as the object lives. Root only.
class BtrfsVolume {
public:
    /// Throws std::runtime_error when it can't be made or mounted.
    BtrfsVolume();
    ~BtrfsVolume();
    BtrfsVolume(const BtrfsVolume&) = delete;
    BtrfsVolume& operator=(const BtrfsVolume&) = delete;

    [[nodiscard]] std::filesystem::path root() const { return dir_.path() / "mnt"; }

private:
    TempDir dir_;
};

} // namespace site
