#pragma once

#include "api/usage.hpp"
#include "host/backend.hpp"

#include <functional>
#include <map>

namespace site {

/// A backend's job source, read from the caller's thread: the worker runs the outside program and fills a
/// short queue of blocks, the caller empties it. A caller who gives up leaves nothing behind that the
/// worker could still touch.
class RemoteJobs : public JobSource {
public:
    /// The backend outlives this.
    explicit RemoteJobs(Backend&);

    Result<WindowRead> jobs(Window, JobSink&) override;
    Result<WindowRead> job(std::uint64_t id, JobSink&) override;
    /// Of a partition that a row named; the worker asks ahead, before it hands the row over.
    Result<NodeShape> shape(Name partition) override;

private:
    Result<WindowRead> read(const std::function<Result<WindowRead>(JobSource&, JobSink&)>&, JobSink&);

    Backend& backend_;
    std::map<Name, Result<NodeShape>> shapes_;
};

} // namespace site
