#pragma once

#include "api/fd.hpp"
#include "api/plugin.hpp"

#include <filesystem>
#include <string>

namespace site {

/// An empty folder of the file system that the test program runs on ($QUOTA_MNT), gone with the object.
class StorageSite {
public:
    StorageSite();
    ~StorageSite();
    StorageSite(const StorageSite&) = delete;
    StorageSite& operator=(const StorageSite&) = delete;

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    [[nodiscard]] int fd() const { return fd_.number(); }
    /// xfs or ext4.
    [[nodiscard]] static std::string fs();

    /// Writes a file as this user (not root, who is above limits on ext4) and says how that went: 0 or errno.
    static int write_as(uid_t uid, gid_t gid, const std::filesystem::path& file, std::uint64_t bytes);
    /// An id that no test had before: what was counted for one stays counted.
    static std::uint32_t new_id();

private:
    std::filesystem::path root_;
    Fd fd_;
};

/// Brings the counts up to date, as a file system does within seconds.
void sync_counts();

} // namespace site
