#pragma once

#include "api/storage.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace site {

/// The newest that is known of a holder on a volume.
struct StoredLevel {
    std::string volume;
    StorageLevel level;
    Instant seen; ///< when it was last asked for
    std::optional<Instant> known {}; ///< when the used amounts were; none: never
};

/// The last figure of one day, in the billing month of that moment.
struct StorageDay {
    Day day; ///< UTC
    std::string volume;
    StorageLevel level;
    Instant read;
    std::uint64_t highest_bytes = 0;
};

/// How it went with a volume.
struct StoredVolume {
    std::string volume;
    Instant tried;
    std::optional<Instant> read {}; ///< the last reading that was whole; none: never
    std::string error {}; ///< why the last one wasn't; empty: it was
};

/// Levels of the volumes, by cluster. A figure that could not be read keeps the one before, with its age.
/// Amounts beyond 2^63 - 1 are kept as that.
class StorageLevels {
public:
    explicit StorageLevels(const Database& database) : database_(database) { }

    /// One reading of a volume. `zone`: the portal's, in which its month turns.
    void put(Transaction&, Name cluster, const std::string& volume, Instant at, Seconds zone,
        std::span<const StorageLevel>);
    /// A reading that failed.
    void failed(Transaction&, Name cluster, const std::string& volume, Instant at, const std::string& error);

    Result<std::vector<StoredLevel>> newest(Name cluster) const; ///< by volume and holder
    Result<std::vector<StorageDay>> month(Name cluster, Month) const; ///< by day, volume and holder
    /// Of the UTC days from `first` to `last`, at most a month, whatever billing months they are in; of one
    /// day the later figure comes last.
    Result<std::vector<StorageDay>> days(Name cluster, Day first, Day last) const;
    /// Who has a figure in these days; in no order.
    Result<std::vector<StorageHolder>> holders(Name cluster, Day first, Day last) const;
    Result<std::vector<Month>> months(Name cluster) const; ///< billing months that have days, ascending
    Result<std::vector<StoredVolume>> volumes(Name cluster) const; ///< by name
    /// Months before this one, and holders that were not asked for since its begin.
    void drop_before(Transaction&, Name cluster, Month);

private:
    const Database& database_;
};

} // namespace site
