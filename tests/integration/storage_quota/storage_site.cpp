#include "integration/storage_quota/storage_site.hpp"

#include "storage_quota/beneath.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <grp.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace site {
namespace {

int write_all(const std::filesystem::path& file, std::uint64_t bytes)
{
    const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!fd)
        return errno;
    const std::vector<char> block(64 << 10, 'x');
    for (std::uint64_t done = 0; done < bytes;) {
        const auto wanted = std::min<std::uint64_t>(block.size(), bytes - done);
        const auto written = ::write(fd.number(), block.data(), wanted);
        if (written <= 0)
            return errno;
        done += static_cast<std::uint64_t>(written);
    }
    return ::fsync(fd.number()) == 0 ? 0 : errno;
}

} // namespace

StorageSite::StorageSite()
{
    const char* mounted = std::getenv("QUOTA_MNT");
    if (mounted == nullptr)
        throw std::runtime_error("run it by tests/support/quota-sandbox with xfs|ext4");
    root_ = std::filesystem::path(mounted) / ("site" + std::to_string(new_id()));
    std::filesystem::create_directory(root_);
    auto root = open_root(root_.string());
    if (!root)
        throw std::runtime_error(root.error().text);
    fd_ = std::move(*root);
}

StorageSite::~StorageSite()
{
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

std::string StorageSite::fs()
{
    const char* kind = std::getenv("QUOTA_FS");
    return kind == nullptr ? "" : kind;
}

int StorageSite::write_as(uid_t uid, gid_t gid, const std::filesystem::path& file, std::uint64_t bytes)
{
    const auto child = ::fork();
    if (child == 0) {
        if (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0)
            ::_exit(255);
        ::_exit(write_all(file, bytes));
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status))
        throw std::runtime_error("the writer did not end by itself");
    return WEXITSTATUS(status);
}

std::uint32_t StorageSite::new_id()
{
    static std::uint32_t last = 20'000;
    return ++last;
}

void sync_counts()
{
    ::sync();
}

} // namespace site
