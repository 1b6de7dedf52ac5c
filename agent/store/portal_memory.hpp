#pragma once

#include "model/name.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"
#include "portal/rows.hpp"
#include "store/database.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// A membership that the portal once listed and that may still hold something at the site.
struct KnownMember {
    Uuid association;
    Name user;
    std::string identifier;
    std::optional<Instant> gone {}; ///< since when it is missing from whole snapshots
    std::optional<Instant> blocked {}; ///< since when its block is confirmed; the grace runs from here

    bool operator==(const KnownMember&) const = default;
};

struct KnownAllocation {
    Uuid uuid;
    Uuid resource;
    std::string name;
    std::string identifier;
    Name group;
    Name customer;
    std::string customer_name;
    std::optional<Instant> gone {};
    std::optional<Instant> blocked {};
    bool shares = false; ///< only shares the Unix group of the allocation that holds the name
    std::vector<KnownMember> members {}; ///< sorted by user, each once

    bool operator==(const KnownAllocation&) const = default;
};

/// By allocation uuid.
using Known = std::map<Uuid, KnownAllocation>;

struct StoredSnapshot {
    Instant taken;
    std::string text; ///< see to_snapshot_text
};

/// What we remember of the portal, by cluster.
class PortalMemory {
public:
    explicit PortalMemory(const Database& database) : database_(database) { }

    Result<Known> known(Name cluster) const;
    /// The same, and who was known once: for documents of months in which they were there.
    Result<Known> remembered(Name cluster) const;
    /// Writes only the rows that differ. Who is no longer known is remembered.
    void save(Transaction&, Name cluster, const Known& before, const Known& after);

    Result<std::optional<StoredSnapshot>> snapshot(Name cluster) const;
    /// An empty text keeps the stored text and renews only the time.
    void save_snapshot(Transaction&, Name cluster, Instant taken, std::string_view text);

    Result<std::map<Uuid, ResourceRow>> resources(Name cluster) const;
    void save_resources(Transaction&, Name cluster, const std::vector<ResourceRow>&); ///< replaces all

private:
    const Database& database_;
};

} // namespace site
