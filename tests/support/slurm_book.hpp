#pragma once

#include "support/temp_dir.hpp"

#include <filesystem>
#include <string>

namespace site {

/// A folder with a sacctmgr that keeps what it is told, in a file, and the other commands answering from
/// files (tests/support/slurm-book): for tests that need a site which changes, many times and quickly.
class SlurmBook {
public:
    SlurmBook()
    {
        std::filesystem::create_directory(dir_.path() / "data");
        for (const auto* program : { "sacctmgr", "sshare", "scontrol", "sinfo", "sacct", "squeue" })
            std::filesystem::create_symlink(SITE_SLURM_BOOK, dir_.path() / program);
        write_file(file(),
            "account|root|default root account|root\nrow|root||\nrow|root|root|\ndefault|root|root\n");
        answer("scontrol",
            "AccountingStorageEnforce = associations,limits,qos\nAccountingStorageTRES = "
            "cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu\nClusterName = sandbox\n"
            "PriorityDecayHalfLife = 00:00:00\nPriorityFlags = \nPriorityType = priority/multifactor\n"
            "PriorityUsageResetPeriod = NONE\nSLURM_VERSION = 22.05.8\n");
        answer("sinfo", "main*|2|8|64000|gpu:2\n");
        answer("cluster", "sandbox\n");
        for (const auto* empty : { "sacct", "sshare", "squeue" })
            answer(empty, "");
    }

    [[nodiscard]] std::string programs() const { return dir_.path().string(); }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return dir_.path() / name; }
    /// What the site has, one line a record.
    [[nodiscard]] std::filesystem::path file() const { return path("book"); }
    [[nodiscard]] std::string text() const { return read_file(file()); }
    void answer(const std::string& name, const std::string& text)
    {
        write_file(dir_.path() / "data" / name, text);
    }
    [[nodiscard]] std::string calls() const { return read_file(path("calls.log")); }

private:
    TempDir dir_;
};

} // namespace site
