#pragma once

#include "storage_quota/engine.hpp"

#include <functional>
#include <linux/dqblk_xfs.h>

namespace site {

/// quotactl(2) on the file system of an open directory, with the XFS commands that ext4 and tmpfs answer too;
/// 0 or errno. A test's own counts the calls.
using QuotaCall = std::function<int(int directory, int command, int type, std::uint32_t id, void* with)>;

/// Where the kernel has no quotactl_fd(2) (before 5.14), by the device that is mounted at the root.
QuotaCall kernel_quota_call(const std::string& root);

/// ext4, XFS and tmpfs. No process is ever started.
std::unique_ptr<QuotaEngine> linux_engine(const VolumeSettings&, QuotaCall);

} // namespace site
