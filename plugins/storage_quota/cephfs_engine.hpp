#pragma once

#include "storage_quota/engine.hpp"

#include <functional>
#include <string>

namespace site {

/// The calls by which the engine reaches a directory and its attributes. Each returns 0 or an errno.
struct AttributeCalls {
    /// Never through a link in the last part of the path. The descriptor is the caller's.
    std::function<int(const std::string& directory, int& descriptor)> open;
    std::function<int(int descriptor, const std::string& name, std::string& value)> get;
    std::function<int(int descriptor, const std::string& name, const std::string& value)> set;
    std::function<int(int descriptor, const std::string& name)> remove;
    std::function<void(int descriptor)> close;
};

AttributeCalls kernel_attribute_calls();

/// `prefix` stands before `quota.max_bytes` and the others; in a CephFS it is `ceph.`.
std::unique_ptr<QuotaEngine> cephfs_engine(const VolumeSettings&, AttributeCalls, std::string prefix);

} // namespace site
