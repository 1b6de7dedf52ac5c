#pragma once

#include "support/temp_dir.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace site {

/// A folder with sacctmgr, sshare and the like that answer at once from files and log their calls
/// (tests/support/fake-slurm); for tests that count processes.
class FakeSlurm {
public:
    FakeSlurm()
    {
        std::filesystem::create_directory(dir_.path() / "data");
        for (const auto* program : { "sacctmgr", "sshare", "scontrol", "sinfo", "sacct", "squeue" })
            std::filesystem::create_symlink(SITE_FAKE_SLURM, dir_.path() / program);
        answer("scontrol.show.config",
            "Configuration data as of 2026-11-25T00:00:00\nAccountingStorageEnforce = "
            "associations,limits,qos\n"
            "AccountingStorageTRES   = cpu,mem,energy,node,billing,fs/disk,vmem,pages,gres/gpu\n"
            "ClusterName             = sandbox\nPriorityDecayHalfLife   = 00:00:00\nPriorityFlags           "
            "= \n"
            "PriorityType            = priority/multifactor\nPriorityUsageResetPeriod = YEARLY\n"
            "SLURM_VERSION           = 22.05.8\n");
        answer("sinfo", "main*|8|64000|gpu:2|2\n");
        answer("sacct", "");
        answer("sshare", "");
        answer("sacctmgr.load", "");
        answer("sacctmgr.add.account", "");
        answer("sacctmgr.add.user", "");
    }

    [[nodiscard]] std::string programs() const { return dir_.path().string(); }
    void answer(const std::string& name, const std::string& text)
    {
        write_file(dir_.path() / "data" / name, text);
    }

    /// One line a call since the last `forget_calls`.
    [[nodiscard]] std::vector<std::string> calls() const
    {
        std::vector<std::string> lines;
        std::ifstream file(dir_.path() / "calls.log");
        for (std::string line; std::getline(file, line);)
            lines.push_back(line);
        return lines;
    }
    void forget_calls() { std::filesystem::remove(dir_.path() / "calls.log"); }

private:
    TempDir dir_;
};

} // namespace site
