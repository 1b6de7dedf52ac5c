#include "storage_quota/cephfs_engine.hpp"

#include "model/identifier.hpp"
#include "storage_quota/listing_text.hpp"
#include "storage_quota/quota_tool.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/xattr.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace site {
namespace {

/// CephFS takes limits from 4 MiB on in whole multiples of it only (https://tracker.ceph.com/issues/59344).
constexpr std::uint64_t whole_block = 4UL << 20;

constexpr std::size_t longest_value = 64; // a number in decimal digits

Error os_error(const std::string& doing, int number)
{
    const bool other = number == ELOOP || number == ENOTDIR;
    const bool away = number == EIO || number == ESTALE || number == ENOTCONN || number == ESHUTDOWN;
    return { other                ? Errc::refused
            : away                ? Errc::unreachable
            : number == ETIMEDOUT ? Errc::timed_out
            : number == ENOENT    ? Errc::not_found
                                  : Errc::internal,
        doing + ": " + (other ? "it is a link, or no directory" : std::generic_category().message(number)) };
}

class CephfsEngine final : public QuotaEngine {
public:
    CephfsEngine(const VolumeSettings& settings, AttributeCalls calls, std::string prefix)
        : settings_(settings), calls_(std::move(calls)), max_bytes_(prefix + "quota.max_bytes"),
          max_files_(prefix + "quota.max_files"), used_bytes_(prefix + "dir.rbytes"),
          used_files_(prefix + "dir.rfiles")
    {
    }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy by) const override
    {
        if (by == QuotaBy::group || by == QuotaBy::user)
            return "can't count by " + std::string(name(by)) + ": it counts what lies in a directory";
        return std::nullopt;
    }
    [[nodiscard]] bool costly() const override { return false; }
    [[nodiscard]] bool project_ids() const override { return false; }
    Result<std::uint64_t> granularity() override { return whole_block; }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        if (auto root = look_at_root(); !root)
            return root.error();
        std::vector<Result<QuotaHeld>> out;
        out.reserve(subjects.size());
        for (const auto& subject : subjects) {
            auto held = read(subject);
            if (!held && retryable(held.error().code))
                return held.error();
            out.push_back(std::move(held));
        }
        return out;
    }

    std::vector<Result<void>> set(std::span<const QuotaSetting> settings) override
    {
        std::vector<Result<void>> out;
        out.reserve(settings.size());
        for (const auto& setting : settings)
            out.push_back(set(setting));
        return out;
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const QuotaSetting> settings) const override
    {
        std::vector<std::string> out;
        for (const auto& setting : settings)
            if (fit(setting))
                for (const auto& [attribute, limit] : attributes(setting.limits)) {
                    Command command { .program = "setfattr", .arguments = { "-x", attribute } };
                    if (limit)
                        command.arguments = { "-n", attribute, "-v", std::to_string(*limit) };
                    command.arguments.push_back(setting.subject.directory);
                    out.push_back(text(command));
                }
        return out;
    }

    std::vector<Finding> check() override
    {
        const auto root = look_at_root();
        if (root)
            return {};
        return { { Severity::error, "storage-no-quotas", settings_.name, root.error().text,
            "mount the CephFS there with Linux 4.17 or newer, or correct clusters[].storage[].root" } };
    }

private:
    /// A descriptor that is given back.
    class Open {
    public:
        Open(const AttributeCalls& calls, int descriptor) : calls_(calls), descriptor_(descriptor) { }
        ~Open() { calls_.close(descriptor_); }
        Open(const Open&) = delete;
        Open& operator=(const Open&) = delete;
        [[nodiscard]] int number() const { return descriptor_; }

    private:
        const AttributeCalls& calls_;
        const int descriptor_;
    };

    [[nodiscard]] std::array<std::pair<std::string, std::optional<std::uint64_t>>, 2> attributes(
        const QuotaLimits& limits) const
    {
        return { std::pair { max_bytes_, limits.bytes }, std::pair { max_files_, limits.files } };
    }

    /// Without this, directories that are missing because nothing is mounted would look like none at all.
    Result<void> look_at_root()
    {
        const auto doing = "looking at " + cited(settings_.root, 256);
        int descriptor = -1;
        if (const int error = calls_.open(settings_.root, descriptor); error != 0)
            return Error { Errc::unreachable, os_error(doing, error).text };
        const Open root(calls_, descriptor);
        const auto used = number(root.number(), used_bytes_, doing);
        if (!used)
            return used.error();
        if (!*used)
            return Error { Errc::unreachable, doing + ": it is not in a CephFS (no " + used_bytes_ + ")" };
        return {};
    }

    /// None: there is no such attribute.
    Result<std::optional<std::uint64_t>> number(
        int directory, const std::string& attribute, const std::string& doing) const
    {
        std::string value;
        const int error = calls_.get(directory, attribute, value);
        if (error == ENODATA || error == EOPNOTSUPP)
            return std::optional<std::uint64_t> {};
        if (error != 0)
            return os_error(doing + ": " + attribute, error);
        const auto read = whole_number(value);
        if (!read)
            return Error { Errc::invalid, doing + ": " + attribute + " is " + cited(value) };
        return read;
    }

    Result<QuotaHeld> read(const QuotaSubject& subject) const
    {
        const auto doing = "reading " + quota_of(subject);
        if (const auto why = cannot(subject.by))
            return Error { Errc::invalid, "the engine cephfs " + *why };
        if (subject.directory.empty())
            return Error { Errc::invalid, doing + ": it has no directory" };
        int descriptor = -1;
        const int error = calls_.open(subject.directory, descriptor);
        if (error == ENOENT)
            return QuotaHeld {};
        if (error != 0)
            return os_error(doing + " at " + cited(subject.directory, 256), error);
        const Open directory(calls_, descriptor);
        std::array<std::optional<std::uint64_t>, 4> values;
        const std::array names { &max_bytes_, &max_files_, &used_bytes_, &used_files_ };
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto value = number(directory.number(), *names[i], doing);
            if (!value)
                return value.error();
            values[i] = *value;
        }
        if (!values[2] || !values[3])
            return Error { Errc::invalid,
                doing + ": " + cited(subject.directory, 256) + " is not in a CephFS (no " + used_bytes_
                    + ")" };
        return QuotaHeld { { limit_said(values[0].value_or(0)), {}, limit_said(values[1].value_or(0)), {} },
            values[2], values[3] };
    }

    [[nodiscard]] Result<void> fit(const QuotaSetting& setting) const
    {
        if (const auto why = cannot(setting.subject.by))
            return Error { Errc::invalid, "the engine cephfs " + *why };
        if (setting.subject.directory.empty())
            return Error { Errc::invalid, quota_of(setting.subject) + " has no directory to stand at" };
        return check_setting(setting, SoftLimits::none);
    }

    Result<void> set(const QuotaSetting& setting) const
    {
        if (auto may = fit(setting); !may)
            return may;
        const auto& subject = setting.subject;
        const auto doing = "setting " + quota_of(subject) + " at " + cited(subject.directory, 256);
        int descriptor = -1;
        if (const int error = calls_.open(subject.directory, descriptor); error != 0)
            return os_error(doing, error);
        const Open directory(calls_, descriptor);
        for (const auto& [attribute, limit] : attributes(setting.limits))
            if (auto done = limit ? write(directory.number(), attribute, *limit, doing)
                                  : remove(directory.number(), attribute, doing);
                !done)
                return done;
        return {};
    }

    Result<void> write(
        int directory, const std::string& attribute, std::uint64_t limit, const std::string& doing) const
    {
        const int error = calls_.set(directory, attribute, std::to_string(limit));
        if (error == EPERM || error == EACCES)
            return Error { Errc::refused,
                doing + ": the client's key may not set quotas (it needs `p` among its MDS capabilities)" };
        if (error != 0)
            return os_error(doing + ": " + attribute, error);
        return {};
    }

    /// Old releases say that there is nothing to remove, and leave it.
    Result<void> remove(int directory, const std::string& attribute, const std::string& doing) const
    {
        const int error = calls_.remove(directory, attribute);
        if (error != 0 && error != ENODATA)
            return os_error(doing + ": removing " + attribute, error);
        const auto left = number(directory, attribute, doing);
        if (!left)
            return left.error();
        if (left->value_or(0) != 0)
            return Error { Errc::refused,
                doing + ": this release of CephFS does not remove " + attribute + ": setfattr -n " + attribute
                    + " -v 0 does" };
        return {};
    }

    const VolumeSettings& settings_;
    const AttributeCalls calls_;
    const std::string max_bytes_;
    const std::string max_files_;
    const std::string used_bytes_;
    const std::string used_files_;
};

} // namespace

AttributeCalls kernel_attribute_calls()
{
    return {
        .open =
            [](const std::string& directory, int& descriptor) {
                descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
                return descriptor >= 0 ? 0 : errno;
            },
        .get =
            [](int descriptor, const std::string& name, std::string& value) {
                value.resize(longest_value);
                const auto length = ::fgetxattr(descriptor, name.c_str(), value.data(), value.size());
                if (length < 0)
                    return errno;
                value.resize(static_cast<std::size_t>(length));
                return 0;
            },
        .set =
            [](int descriptor, const std::string& name, const std::string& value) {
                return ::fsetxattr(descriptor, name.c_str(), value.data(), value.size(), 0) == 0 ? 0 : errno;
            },
        .remove
        = [](int descriptor,
              const std::string& name) { return ::fremovexattr(descriptor, name.c_str()) == 0 ? 0 : errno; },
        .close = [](int descriptor) { ::close(descriptor); },
    };
}

std::unique_ptr<QuotaEngine> cephfs_engine(
    const VolumeSettings& settings, AttributeCalls calls, std::string prefix)
{
    return std::make_unique<CephfsEngine>(settings, std::move(calls), std::move(prefix));
}

std::unique_ptr<QuotaEngine> cephfs_engine(const VolumeSettings& settings)
{
    return cephfs_engine(settings, kernel_attribute_calls(), "ceph.");
}

} // namespace site
