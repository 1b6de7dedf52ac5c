#pragma once

#include "api/plugin.hpp"
#include "storage_quota/engine.hpp"
#include "storage_quota/places.hpp"
#include "storage_quota/projection.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace site {

/// Directories and quotas on one volume: directories by the kernel's own calls, quotas by the volume's
/// engine.
class Volume final : public Plugin, public StorageSource {
public:
    using Now = std::function<std::chrono::steady_clock::time_point()>;

    /// `make` gets the settings as they are kept here.
    Volume(Name cluster, VolumeSettings,
        const std::function<std::unique_ptr<QuotaEngine>(const VolumeSettings&)>& make,
        Now now = std::chrono::steady_clock::now);

    [[nodiscard]] std::vector<Kind> kinds() const override { return { Kind::directory, Kind::quota }; }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override;
    std::vector<Result<void>> apply(std::span<const Change>) override;
    std::vector<Finding> check() override;

    StorageSource* storage_source() override { return this; }
    Result<StorageReading> levels(const Snapshot&) override;

private:
    struct Remembered {
        QuotaHeld held;
        std::chrono::steady_clock::time_point read;
    };
    /// What holds an id of one kind of quota.
    using SubjectKey = std::pair<QuotaBy, std::uint32_t>;

    [[nodiscard]] QuotaBy quota_by(const Key&) const;
    [[nodiscard]] QuotaSubject subject(const Key&, std::uint32_t id) const;
    Result<std::vector<Result<QuotaHeld>>> held(const std::vector<QuotaSubject>&, bool anew);
    void look_at_directory(int root, const StoragePlace&, Observation&, VolumeFacts&);
    Result<void> look_at_quotas(const Interest&, Observation&, VolumeFacts&);
    Result<void> look_at_grace(const Interest&, Observation&);
    [[nodiscard]] Result<QuotaSetting> setting(const Change&) const;
    [[nodiscard]] std::string path_of(const Change&) const;
    Result<void> apply_to_directory(int root, const Change&);
    Result<void> apply_grace(const Change&);
    /// Why a project's quota does not count what lies in its directory; none: it does.
    [[nodiscard]] std::optional<std::string> not_counted(int root, const Key& quota) const;

    const Name cluster_;
    const VolumeSettings settings_;
    const VolumePlaces places_;
    const std::unique_ptr<QuotaEngine> engine_;
    const Now now_;
    std::map<Key, StoragePlace> seen_; ///< as `observed` was last asked
    std::map<Key, QuotaHeld> held_; ///< as it last answered
    std::map<SubjectKey, Remembered> remembered_; ///< of a costly engine
    std::map<Key, Finding> walks_; ///< directories in which something was left
};

} // namespace site
