#include "storage_quota/linux_quota.hpp"

#include "model/identifier.hpp"
#include "storage_quota/beneath.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <limits>
#include <sstream>
#include <sys/quota.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <system_error>
#include <unistd.h>

namespace site {
namespace {

constexpr int project_quota = 2; // PRJQUOTA of linux/quota.h, which can't stand beside sys/quota.h
constexpr std::uint64_t basic_block = 512; // the unit of fs_disk_quota

int type_of(QuotaBy by)
{
    return by == QuotaBy::user ? USRQUOTA : by == QuotaBy::group ? GRPQUOTA : project_quota;
}

std::int8_t flag_of(QuotaBy by)
{
    return by == QuotaBy::user ? FS_USER_QUOTA : by == QuotaBy::group ? FS_GROUP_QUOTA : FS_PROJ_QUOTA;
}

std::string words(QuotaBy by)
{
    return std::string(name(by)) + " quotas";
}

/// The device of the file system, by /proc/self/mountinfo (proc(5)).
std::string device_of(dev_t device)
{
    std::ifstream mounts("/proc/self/mountinfo");
    const auto wanted = std::to_string(major(device)) + ":" + std::to_string(minor(device));
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string id;
        std::string parent;
        std::string numbers;
        words >> id >> parent >> numbers;
        if (numbers != wanted)
            continue;
        for (std::string word; words >> word;)
            if (word == "-") {
                std::string type;
                std::string source;
                words >> type >> source;
                return source;
            }
    }
    return {};
}

std::optional<std::uint64_t> limit(std::uint64_t value, std::uint64_t unit)
{
    return value == 0 ? std::nullopt : std::optional(value * unit);
}

/// Rounded up, so that a limit is never written as 0.
std::uint64_t written(const std::optional<std::uint64_t>& value, std::uint64_t unit)
{
    return value ? std::max<std::uint64_t>(1, *value / unit + (*value % unit == 0 ? 0 : 1)) : 0;
}

class LinuxEngine final : public QuotaEngine {
public:
    LinuxEngine(const VolumeSettings& settings, QuotaCall call) : settings_(settings), call_(std::move(call))
    {
    }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy) const override { return std::nullopt; }
    [[nodiscard]] bool costly() const override { return false; }
    [[nodiscard]] bool project_ids() const override { return true; }

    Result<std::uint64_t> granularity() override
    {
        const auto root = open_root(settings_.root);
        if (!root)
            return root.error();
        struct statvfs status { };
        if (::fstatvfs(root->number(), &status) != 0)
            return os_error("looking at " + cited(settings_.root, 256), errno);
        return std::max<std::uint64_t>(1024, status.f_frsize);
    }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        const auto root = open_root(settings_.root);
        if (!root)
            return root.error();
        std::vector<Result<QuotaHeld>> out;
        out.reserve(subjects.size());
        for (const auto& subject : subjects) {
            auto held = read(root->number(), subject);
            if (!held && held.error().code == Errc::unreachable)
                return held.error();
            out.push_back(std::move(held));
        }
        return out;
    }

    std::vector<Result<void>> set(std::span<const QuotaSetting> settings) override
    {
        const auto root = open_root(settings_.root);
        std::vector<Result<void>> out;
        out.reserve(settings.size());
        for (const auto& setting : settings)
            out.push_back(root ? set(root->number(), setting) : Result<void>(root.error()));
        return out;
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const QuotaSetting> settings) const override
    {
        std::vector<std::string> out;
        const auto shown = [](const std::optional<std::uint64_t>& value) {
            return value ? std::to_string(*value) : std::string("unlimited");
        };
        for (const auto& [subject, limits] : settings)
            out.push_back("quotactl Q_XSETQLIM " + settings_.root + " " + std::string(name(subject.by)) + " "
                + std::to_string(subject.id) + ": bytes " + shown(limits.bytes) + ", soft "
                + shown(limits.soft_bytes) + ", files " + shown(limits.files) + ", soft "
                + shown(limits.soft_files));
        return out;
    }

    Result<std::optional<Seconds>> grace(QuotaBy by) override
    {
        const auto root = open_root(settings_.root);
        if (!root)
            return root.error();
        fs_quota_statv state {};
        state.qs_version = FS_QSTATV_VERSION1;
        if (const int error = call_(root->number(), Q_XGETQSTATV, type_of(by), 0, &state); error != 0)
            return os_error("reading the grace of " + words(by), error);
        return std::optional(Seconds { state.qs_btimelimit });
    }

    Result<void> set_grace(QuotaBy by, Seconds grace) override
    {
        const auto root = open_root(settings_.root);
        if (!root)
            return root.error();
        fs_disk_quota entry {};
        entry.d_version = FS_DQUOT_VERSION;
        entry.d_flags = flag_of(by);
        entry.d_fieldmask = FS_DQ_BTIMER | FS_DQ_ITIMER;
        entry.d_btimer = static_cast<std::int32_t>(grace.count());
        entry.d_itimer = entry.d_btimer;
        if (const int error = call_(root->number(), Q_XSETQLIM, type_of(by), 0, &entry); error != 0)
            return os_error("setting the grace of " + words(by), error);
        return {};
    }

    std::vector<Finding> check() override
    {
        const auto root = open_root(settings_.root);
        if (!root)
            return { { Severity::error, "storage-no-volume", settings_.name, root.error().text,
                "mount the file system, or correct clusters[].storage[].root" } };
        std::vector<Finding> findings;
        for (const auto by : { settings_.projects.quota_by, settings_.users.quota_by })
            if (by != QuotaBy::none)
                check(root->number(), by, findings);
        return findings;
    }

private:
    static Error os_error(const std::string& doing, int number)
    {
        if (number == ESRCH || number == ENOSYS || number == ENOTTY || number == EOPNOTSUPP)
            return { Errc::unreachable, doing + ": they are not switched on in this file system" };
        if (number == EPERM)
            return { Errc::unreachable, doing + ": the agent may not (CAP_SYS_ADMIN)" };
        const bool away = number == EIO || number == ENOENT || number == ENODEV || number == ESTALE;
        return { away ? Errc::unreachable : Errc::internal,
            doing + ": " + std::generic_category().message(number) };
    }

    Result<QuotaHeld> read(int root, const QuotaSubject& subject)
    {
        fs_disk_quota entry {};
        const int error = call_(root, Q_XGETQUOTA, type_of(subject.by), subject.id, &entry);
        if (error == ENOENT) // XFS: nothing was ever counted for it
            return QuotaHeld { {}, 0, 0 };
        if (error != 0)
            return os_error("reading " + words(subject.by), error);
        return QuotaHeld { { limit(entry.d_blk_hardlimit, basic_block),
                               limit(entry.d_blk_softlimit, basic_block), limit(entry.d_ino_hardlimit, 1),
                               limit(entry.d_ino_softlimit, 1) },
            entry.d_bcount * basic_block, entry.d_icount };
    }

    Result<void> set(int root, const QuotaSetting& setting)
    {
        const auto& [subject, limits] = setting;
        if (subject.id == 0)
            return Error { Errc::internal, "the limits of id 0 are nobody's" };
        fs_disk_quota entry {};
        entry.d_version = FS_DQUOT_VERSION;
        entry.d_flags = flag_of(subject.by);
        entry.d_id = subject.id;
        entry.d_fieldmask = FS_DQ_BHARD | FS_DQ_BSOFT | FS_DQ_IHARD | FS_DQ_ISOFT;
        entry.d_blk_hardlimit = written(limits.bytes, basic_block);
        entry.d_blk_softlimit = written(limits.soft_bytes, basic_block);
        entry.d_ino_hardlimit = written(limits.files, 1);
        entry.d_ino_softlimit = written(limits.soft_files, 1);
        if (const int error = call_(root, Q_XSETQLIM, type_of(subject.by), subject.id, &entry); error != 0)
            return os_error("setting " + words(subject.by), error);
        return {};
    }

    void check(int root, QuotaBy by, std::vector<Finding>& findings)
    {
        fs_quota_statv state {};
        state.qs_version = FS_QSTATV_VERSION1;
        const int error = call_(root, Q_XGETQSTATV, type_of(by), 0, &state);
        if (error != 0) {
            findings.push_back({ Severity::error, "storage-no-quotas", settings_.name,
                os_error("looking at " + words(by) + " of " + settings_.root, error).text,
                "mount it with the option for " + words(by) });
            return;
        }
        const int enforced = by == QuotaBy::user ? FS_QUOTA_UDQ_ENFD
            : by == QuotaBy::group               ? FS_QUOTA_GDQ_ENFD
                                                 : FS_QUOTA_PDQ_ENFD;
        if ((state.qs_flags & enforced) == 0)
            findings.push_back({ Severity::error, "storage-not-enforced", settings_.name,
                words(by) + " of " + settings_.root + " are counted, but not enforced",
                "mount it without the noenforce option" });
    }

    const VolumeSettings& settings_;
    const QuotaCall call_;
};

} // namespace

QuotaCall kernel_quota_call(const std::string& root)
{
    return [root](int directory, int command, int type, std::uint32_t id, void* with) {
#ifdef SYS_quotactl_fd
        if (::syscall(SYS_quotactl_fd, static_cast<unsigned>(directory), QCMD(command, type), id, with) == 0)
            return 0;
        if (errno != ENOSYS)
            return errno;
#endif
        struct stat status { };
        if (::fstat(directory, &status) != 0)
            return errno;
        const auto device = device_of(status.st_dev);
        struct stat node { };
        // A name that is not there must not look like an id that is not there.
        if (device.empty() || ::stat(device.c_str(), &node) != 0 || !S_ISBLK(node.st_mode))
            return ENOSYS;
        return ::quotactl(
                   QCMD(command, type), device.c_str(), static_cast<int>(id), static_cast<caddr_t>(with))
                == 0
            ? 0
            : errno;
    };
}

std::unique_ptr<QuotaEngine> linux_engine(const VolumeSettings& settings, QuotaCall call)
{
    return std::make_unique<LinuxEngine>(settings, std::move(call));
}

std::unique_ptr<QuotaEngine> linux_engine(const VolumeSettings& settings)
{
    return linux_engine(settings, kernel_quota_call(settings.root));
}

} // namespace site
