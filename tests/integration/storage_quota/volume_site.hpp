#pragma once

#include "core/diff.hpp"
#include "integration/storage_quota/storage_site.hpp"
#include "storage_quota/volume.hpp"

#include <memory>
#include <string>
#include <vector>

namespace site {

/// A volume on the test's file system with the core's diff, its ownership kept in memory as the store would.
class VolumeSite {
public:
    VolumeSite();

    /// A fresh instance with the settings as they are now, as after a restart.
    void restart();
    Volume& plugin();
    /// Plans and applies; each change with what came of it, `create directory c1/proja in scratch: ... ok`.
    /// What is seen to hold is booked, as a cycle does.
    std::vector<std::string> reconcile(const std::vector<Allocation>&);
    /// Reconciles, expects that every change is done, and that nothing is left to do.
    void settle(const std::vector<Allocation>&);
    /// What would be changed, and all that came with it.
    Difference plan(const std::vector<Allocation>&);
    /// Books what stands there as ours, as `adopt` does.
    void adopt(const std::vector<Allocation>&);

    [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; } ///< of the last plan
    [[nodiscard]] bool told(const std::string& code) const;
    QuotaHeld held(QuotaBy, std::uint32_t id);
    StorageReading levels(const std::vector<Allocation>&);
    [[nodiscard]] std::filesystem::path path(const std::string& below) const { return site.root() / below; }

    static Member member(const std::string& user, std::uint32_t uid, Standing standing = Standing::present);
    /// `climate` makes climate.brics with the group brics.climate.
    static Allocation project(const std::string& name, std::uint32_t gid, std::vector<Member> members = {});

    StorageSite site;
    VolumeSettings settings;
    Ownership owned;

private:
    [[nodiscard]] Snapshot snapshot(const std::vector<Allocation>&) const;
    Observation look(const Snapshot&);

    std::unique_ptr<Volume> plugin_;
    std::vector<Finding> findings_;
};

} // namespace site
