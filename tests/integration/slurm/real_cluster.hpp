#pragma once

#include "api/snapshot.hpp"
#include "core/diff.hpp"
#include "slurm/slurm.hpp"
#include "support/slurm_sandbox.hpp"
#include "system/runner.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <vector>

namespace site {

/// One real Slurm for all tests of the program, with `safe` enforced; down when the program ends.
SlurmSandbox& sandbox();

/// The plugin on real Slurm with the core's diff, and the ownership kept in memory as the store would.
class RealCluster : public testing::Test {
protected:
    RealCluster();
    ~RealCluster() override;

    Slurm& plugin();
    Observation observed(const std::vector<Allocation>&);
    Difference plan(const std::vector<Allocation>&);
    /// Plans and applies; each change with what came of it, `update account sandbox/a: ... ok`.
    std::vector<std::string> reconcile(const std::vector<Allocation>&);
    /// Reconciles, expects that every change is done, and that nothing is left to do.
    void settle(const std::vector<Allocation>&);

    /// A batch script's job of that account; its id. Fails the test when sbatch refuses.
    static std::string submit(
        const std::string& user, const std::string& account, std::vector<std::string> options, int seconds);
    /// What sbatch says when it refuses; empty when it takes the job.
    static std::string refusal(const std::string& user, const std::string& account);
    static std::string state(const std::string& job); ///< `RUNNING None`; empty once it is forgotten
    static bool comes_to(const std::string& job, const std::string& state);
    static std::string sacctmgr(std::vector<std::string> arguments);
    /// A field of an association's row; the account's own for an empty user.
    static std::string value(const std::string& account, const std::string& user, const std::string& field);

    static Member member(const std::string& user, Standing standing = Standing::present);
    static Allocation project(const std::string& group, std::vector<Member> members = {});

    SlurmSettings settings;
    SystemRunner runner;
    Ownership owned;

private:
    Snapshot snapshot(const std::vector<Allocation>&) const;
    std::unique_ptr<Slurm> plugin_;
};

} // namespace site
