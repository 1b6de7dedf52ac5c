#pragma once

#include "config/config.hpp"
#include "portal/rows.hpp"

namespace site {

enum class RowFamily : std::uint8_t { allocation, association };

/// The portal as the cycle sees it. Seam: RestPortal (HTTP) and FilePortal (a snapshot from a file).
class Portal {
public:
    virtual ~Portal() = default;

    /// Both lists, whole or not at all (design §3.1): every page, distinct uuids equal to the count that
    /// every page gives, and both counts the same when asked again at the end. An error otherwise.
    virtual Result<Listing> listing(const AllocationFilter&) = 0;

    /// Retrieves one row: true when it is there. False (404) proves nothing, it may only be hidden from us.
    virtual Result<bool> is_there(RowFamily, Uuid) = 0;
};

/// Reads a snapshot file: a JSON object with the arrays `openportal-allocations` and
/// `openportal-associations`, each row exactly as the portal gives it.
class FilePortal : public Portal {
public:
    explicit FilePortal(std::filesystem::path, Instant taken);
    Result<Listing> listing(const AllocationFilter&) override;
    Result<bool> is_there(RowFamily, Uuid) override;

private:
    std::filesystem::path file_;
    Instant taken_;
};

/// The same form from and to text, for the stored last whole snapshot. Only the members that we use are kept.
std::string to_snapshot_text(const Listing&);
Result<Listing> from_snapshot_text(std::string_view, const AllocationFilter&);

} // namespace site
