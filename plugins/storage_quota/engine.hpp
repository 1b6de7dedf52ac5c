#pragma once

#include "api/finding.hpp"
#include "api/runner.hpp"
#include "api/settings.hpp"
#include "model/name.hpp"
#include "model/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace site {

/// Whom a quota counts for.
struct QuotaSubject {
    QuotaBy by = QuotaBy::project; ///< project, group or user
    std::uint32_t id = 0; ///< project id, gid or uid; never 0
    Name name {}; ///< the Unix group's or user's
    std::string directory {}; ///< absolute; empty: it has none

    friend bool operator==(const QuotaSubject&, const QuotaSubject&) = default;
};

/// Bytes and files. None is unlimited: it is never written as 0 in here, and 0 is never a limit.
struct QuotaLimits {
    std::optional<std::uint64_t> bytes {};
    std::optional<std::uint64_t> soft_bytes {};
    std::optional<std::uint64_t> files {};
    std::optional<std::uint64_t> soft_files {};

    friend bool operator==(const QuotaLimits&, const QuotaLimits&) = default;
};

struct QuotaHeld {
    QuotaLimits limits {};
    std::optional<std::uint64_t> used_bytes {}; ///< none: the file system could not say, which is not zero
    std::optional<std::uint64_t> used_files {}; ///< none: likewise, or it does not count files

    friend bool operator==(const QuotaHeld&, const QuotaHeld&) = default;
};

struct QuotaSetting {
    QuotaSubject subject;
    QuotaLimits limits; ///< all four: what is none becomes unlimited
};

/// What sets and reads quotas on one kind of file system. Used from one thread.
class QuotaEngine {
public:
    virtual ~QuotaEngine() = default;

    /// What a volume of this kind can't do, in words that follow "the engine"; none: it can.
    [[nodiscard]] virtual std::optional<std::string> cannot(QuotaBy) const = 0;
    /// Whether reading starts processes, so that it is done on the volume's own interval only.
    [[nodiscard]] virtual bool costly() const = 0;
    /// Whether a project's quota counts by a project id on its directory (FS_IOC_FSSETXATTR).
    [[nodiscard]] virtual bool project_ids() const = 0;
    /// Limits of bytes are whole multiples of this; a file system may round others up. At least 1.
    virtual Result<std::uint64_t> granularity() = 0;

    /// One for each subject, in their order. A subject of which the file system knows nothing holds nothing:
    /// no limits, and 0 used where an enumeration is whole. An Error in it: this one could not be read. An
    /// Error of the call: the volume could not be read.
    virtual Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject>) = 0;

    /// One for each setting. Repeating one that holds is a success.
    virtual std::vector<Result<void>> set(std::span<const QuotaSetting>) = 0;
    /// The commands that `set` would run, or what it would call, a line each, for people.
    [[nodiscard]] virtual std::vector<std::string> commands(std::span<const QuotaSetting>) const = 0;

    /// How long a soft limit may be passed, of the whole file system. None: this engine can't say or set it.
    virtual Result<std::optional<Seconds>> grace(QuotaBy) { return std::optional<Seconds> {}; }
    virtual Result<void> set_grace(QuotaBy, Seconds)
    {
        return Error { Errc::invalid, "the grace of this kind of volume can't be set" };
    }

    /// What a sysadmin should know of this file system: not mounted, no quotas, a tool that is missing.
    virtual std::vector<Finding> check() = 0;
};

/// Each is in the file of its name. The settings and the runner outlive the engine.
std::unique_ptr<QuotaEngine> linux_engine(const VolumeSettings&);
std::unique_ptr<QuotaEngine> lustre_engine(const VolumeSettings&, Runner&);
std::unique_ptr<QuotaEngine> gpfs_engine(const VolumeSettings&, Runner&);
std::unique_ptr<QuotaEngine> cephfs_engine(const VolumeSettings&);
std::unique_ptr<QuotaEngine> zfs_engine(const VolumeSettings&, Runner&);
std::unique_ptr<QuotaEngine> beegfs_engine(const VolumeSettings&, Runner&);

} // namespace site
