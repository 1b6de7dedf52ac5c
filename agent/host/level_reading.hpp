#pragma once

#include "host/backend.hpp"

#include <memory>
#include <optional>

namespace site {

/// One reading of one volume's levels on its plugin's worker, while the caller goes on with other work.
class LevelReading {
public:
    /// Begins. What the snapshot says is ours is taken along.
    static Result<LevelReading> begin(Backend&, Snapshot, Ownership);

    [[nodiscard]] const std::string& instance() const { return instance_; }
    /// None: it is still being read. To be taken once. Past the backend's deadline an Error, whatever the
    /// worker may bring later.
    std::optional<Result<StorageReading>> finished();

private:
    struct Shared;
    LevelReading(Backend& backend, std::shared_ptr<Shared> shared)
        : backend_(&backend), instance_(backend.name()), shared_(std::move(shared))
    {
    }

    Backend* backend_;
    std::string instance_;
    std::shared_ptr<Shared> shared_;
};

} // namespace site
