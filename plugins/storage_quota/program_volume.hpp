#pragma once

#include "api/plugin.hpp"
#include "storage_quota/places.hpp"

#include <map>

namespace site {

/// A volume kept by a site's own program: its directories and its quotas (docs/formats/exec-storage.md).
class ProgramVolume final : public Plugin, public StorageSource {
public:
    /// The runner outlives the plugin.
    ProgramVolume(Name cluster, VolumeSettings, Runner&);

    [[nodiscard]] std::vector<Kind> kinds() const override { return { Kind::directory, Kind::quota }; }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    /// One process.
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override;
    /// One process.
    std::vector<Result<void>> apply(std::span<const Change>) override;
    std::vector<Finding> check() override;

    StorageSource* storage_source() override { return this; }
    /// One process.
    Result<StorageReading> levels(const Snapshot&) override;

private:
    [[nodiscard]] std::string change_line(std::size_t id, const Change&) const;

    const Name cluster_;
    const VolumeSettings settings_;
    const VolumePlaces places_;
    const ExecSettings program_;
    Runner& runner_;
    std::map<Key, StoragePlace> seen_; ///< as `observed` was last asked
};

} // namespace site
