#include "storage_quota/project_ids.hpp"

#include <cerrno>
#include <linux/fs.h>
#include <string>
#include <sys/ioctl.h>
#include <system_error>

namespace site {
namespace {

Error os_error(const std::string& doing, int number)
{
    const bool unknown = number == ENOTTY || number == EOPNOTSUPP || number == EINVAL || number == ENOSYS;
    return { unknown ? Errc::refused : Errc::internal,
        doing + ": "
            + (unknown ? "the file system has no project ids" : std::generic_category().message(number)) };
}

} // namespace

Result<ProjectId> project_id(int fd)
{
    fsxattr attributes {};
    if (::ioctl(fd, FS_IOC_FSGETXATTR, &attributes) != 0)
        return os_error("reading a project id", errno);
    return ProjectId { attributes.fsx_projid, (attributes.fsx_xflags & FS_XFLAG_PROJINHERIT) != 0 };
}

Result<void> set_project_id(int fd, const ProjectId& wanted)
{
    fsxattr attributes {};
    if (::ioctl(fd, FS_IOC_FSGETXATTR, &attributes) != 0)
        return os_error("reading a project id", errno);
    const bool inherited = (attributes.fsx_xflags & FS_XFLAG_PROJINHERIT) != 0;
    if (attributes.fsx_projid == wanted.id && inherited == wanted.inherited)
        return {};
    attributes.fsx_projid = wanted.id;
    attributes.fsx_xflags &= ~static_cast<decltype(attributes.fsx_xflags)>(FS_XFLAG_PROJINHERIT);
    if (wanted.inherited)
        attributes.fsx_xflags |= FS_XFLAG_PROJINHERIT;
    if (::ioctl(fd, FS_IOC_FSSETXATTR, &attributes) != 0)
        return os_error("setting a project id", errno);
    return {};
}

} // namespace site
