#include "system/atomic_file.hpp"

#include "api/fd.hpp"
#include "model/identifier.hpp"
#include "system/os_error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>

namespace site {
namespace {

Result<void> write_all(int fd, std::string_view content)
{
    while (!content.empty()) {
        const auto put = ::write(fd, content.data(), content.size());
        if (put < 0 && errno != EINTR)
            return os_error("writing", errno);
        if (put > 0)
            content.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

Result<void> fill(int fd, std::string_view content, mode_t mode)
{
    if (::fchmod(fd, mode) != 0)
        return os_error("setting its mode", errno);
    if (auto written = write_all(fd, content); !written)
        return written;
    if (::fsync(fd) != 0)
        return os_error("bringing it to disk", errno);
    return {};
}

Result<void> put_in_place(const std::filesystem::path& file, std::string_view content, mode_t mode)
{
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    std::string draft = folder / ("." + file.filename().native() + ".XXXXXX");
    const Fd fd(::mkostemp(draft.data(), O_CLOEXEC));
    if (!fd)
        return os_error("making a file beside it", errno);
    auto done = fill(fd.number(), content, mode);
    if (done && ::rename(draft.c_str(), file.c_str()) != 0)
        done = os_error("renaming", errno);
    if (!done) {
        ::unlink(draft.c_str());
        return done;
    }
    // the new name is on disk only once its folder is
    const Fd parent(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!parent || ::fsync(parent.number()) != 0)
        return os_error("bringing its folder to disk", errno);
    return {};
}

} // namespace

Result<void> write_atomically(const std::filesystem::path& file, std::string_view content, mode_t mode)
{
    if (auto put = put_in_place(file, content, mode); !put)
        return put.error().in("writing " + cited(file.native(), 4096));
    return {};
}

} // namespace site
