#pragma once

#include "model/name.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>

namespace site {

/// Ids that groups and users have or had: a name that comes back gets its own again.
struct IdMemory {
    std::map<Name, std::uint32_t> groups {};
    std::map<Name, std::uint32_t> users {};
};

class SettledIds {
public:
    explicit SettledIds(const Database& database) : database_(database) { }

    Result<IdMemory> load(Name cluster) const;
    /// Adds those of `ids`, or renews them. An id that another name has had is a fault of the caller.
    void save(Transaction&, Name cluster, const IdMemory& ids, Instant now);

private:
    const Database& database_;
};

} // namespace site
