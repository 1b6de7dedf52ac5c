#pragma once

#include "model/result.hpp"

#include <cstdint>

namespace site {

/// The project id of a file or directory, by which file systems count (FS_IOC_FSGETXATTR, linux/fs.h; ext4,
/// XFS, Lustre and ZFS know it).
struct ProjectId {
    std::uint32_t id = 0; ///< 0: none
    bool inherited = false; ///< of a directory: what is made in it gets the same id

    friend bool operator==(const ProjectId&, const ProjectId&) = default;
};

/// Errors: `refused` when the file system has no project ids.
Result<ProjectId> project_id(int fd);
/// Keeps all other attributes. Repeating it changes nothing.
Result<void> set_project_id(int fd, const ProjectId&);

} // namespace site
