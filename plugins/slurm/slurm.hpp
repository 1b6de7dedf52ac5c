#pragma once

#include "api/plugin.hpp"
#include "slurm/batches.hpp"
#include "slurm/listing.hpp"
#include "slurm/programs.hpp"
#include "slurm/sinfo.hpp"

#include <chrono>
#include <optional>

namespace site {

/// Slurm's accounts, associations and limits on one cluster, and the jobs that it ran.
class Slurm final : public Plugin, public JobSource {
public:
    /// The runner outlives the plugin.
    Slurm(Name cluster, const SlurmSettings&, Runner&);

    [[nodiscard]] std::vector<Kind> kinds() const override { return { Kind::account, Kind::association }; }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    /// Two processes, a third for default accounts when something may be removed, `sshare` where caps can
    /// be written, and `scontrol` at most once an hour. An error when slurmdbd or slurmctld is away.
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override;
    /// Reads the configuration again when it is older than a minute: nothing is changed without slurmctld, or
    /// under another configuration than the changes were made for.
    std::vector<Result<void>> apply(std::span<const Change>) override;
    std::vector<Finding> check() override;
    JobSource* job_source() override { return this; }

    /// A window without jobs is believed only when the cluster and its root account are still to be seen: one
    /// process more.
    Result<WindowRead> jobs(Window, JobSink&) override;
    Result<WindowRead> job(std::uint64_t id, JobSink&) override;
    /// Of the settings: the partition's, else the default; else of sinfo, read once.
    Result<NodeShape> shape(Name partition) override;

private:
    Result<std::string> look(
        std::string_view program, std::vector<std::string> arguments, std::string_view doing);
    Result<void> read_tree(const Interest&, Observation&, SlurmFacts&);
    Result<void> read_config(std::chrono::seconds newest);
    Result<void> expect_as_seen();
    Result<void> expect_known();
    void read_counts(const Interest&, SlurmFacts&, std::vector<Finding>&);
    Result<const NodeShapes*> shapes();

    Name cluster_;
    SlurmSettings settings_;
    Programs programs_;
    Runner& runner_;
    SlurmTree tree_;
    bool seen_ = false; ///< the cluster's tree was read, so the cluster is there
    std::optional<SlurmConfig> config_;
    std::chrono::steady_clock::time_point config_read_ {};
    std::optional<NodeShapes> shapes_;
};

} // namespace site
