#pragma once

#include "api/runner.hpp"
#include "api/usage.hpp"
#include "slurm/programs.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// Arguments for every row that may overlap the window. `-D` gives every run of a requeued job; no `-T`,
/// which shows the window's end as a running job's; no `--state`, which picks by end time; no free-text
/// field, which may hold the separator and newlines; `-M`, so that a shared slurmdbd is asked for this
/// cluster.
std::vector<std::string> job_arguments(Name cluster, Window);
/// Likewise for every run of one job, whenever it was.
std::vector<std::string> one_job_arguments(Name cluster, std::uint64_t id);

/// One line: a row, nothing for a line that is no run (a step, or a job that never started), or why it can't
/// be read. A running or suspended job has no end, whatever the column says.
/// Format: sacct of Slurm 22.05 to 24.11, `-n -P`, SLURM_TIME_FORMAT=%s, TZ=UTC.
/// `extra`: further TRES whose counts are kept.
Result<std::optional<JobRow>> parse_job(std::string_view line, std::span<const std::string> extra = {});

/// Streams the window's rows into the sink, in blocks of 4096.
Result<WindowRead> read_jobs(
    Runner&, const Programs&, Name cluster, Window, JobSink&, std::span<const std::string> extra = {});
/// Likewise every run of one job.
Result<WindowRead> read_job(Runner&, const Programs&, Name cluster, std::uint64_t id, JobSink&,
    std::span<const std::string> extra = {});

} // namespace site
