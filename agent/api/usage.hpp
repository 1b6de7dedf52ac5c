#pragma once

#include "api/finding.hpp"
#include "model/name.hpp"
#include "model/node_shape.hpp"
#include "model/result.hpp"
#include "model/time.hpp"
#include "model/tres.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace site {

/// One run of one job, as the accounting database has it. A requeued job has one row a run.
/// Identity: (cluster, id, submit). Rows that never started are not handed over.
struct JobRow {
    Name cluster;
    Name account;
    Name user;
    Name partition;
    Name qos;
    Name state; ///< first word of State
    std::uint64_t id = 0; ///< JobIDRaw
    Instant submit;
    Instant eligible;
    Instant start;
    std::optional<Instant> end; ///< none: still running
    std::uint64_t elapsed = 0; ///< ElapsedRaw, seconds, suspended time already left out
    std::optional<Seconds> time_limit; ///< none: unlimited
    Tres tres; ///< AllocTRES
};

/// Half open [from, to), UTC.
struct Window {
    Instant from;
    Instant to;
};

class JobSink {
public:
    virtual ~JobSink() = default;
    /// Blocks of at most 4096 rows; an error stops the source.
    virtual Result<void> rows(std::span<const JobRow>) = 0;
};

/// What a whole window brought beside its rows.
struct WindowRead {
    std::uint64_t rows = 0;
    std::uint64_t unreadable
        = 0; ///< lines that could not be understood: the window is then incomplete, never zero
    std::vector<Finding> findings {}; ///< a few of them, with line numbers
};

/// Capability of a plugin whose site ran the jobs.
class JobSource {
public:
    virtual ~JobSource() = default;
    /// Every row that may overlap the window, also ones that only touch it, in no order. An error means
    /// that the window is not whole and what was handed over must be dropped.
    virtual Result<WindowRead> jobs(Window, JobSink&) = 0;
    /// Every run of one job, by its JobIDRaw, whenever it was.
    virtual Result<WindowRead> job(std::uint64_t, JobSink&)
    {
        return Error { Errc::not_found, "this plugin can't look for one job" };
    }
    /// Shape of a node by partition, for the share of a node that a job is charged.
    virtual Result<NodeShape> shape(Name partition) = 0;
};

} // namespace site
