#pragma once

#include "model/name.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"
#include "store/database.hpp"

#include <set>
#include <string>

namespace site {

/// Resources of which an operator, or a recompute, has said that a month's lower figures may go to the
/// portal.
class ReleasedUsage {
public:
    explicit ReleasedUsage(const Database& database) : database_(database) { }

    Result<std::set<Uuid>> of(Name cluster, Month) const;
    void add(Transaction&, Name cluster, Uuid resource, Month, const std::string& by, Instant);
    /// Done: the portal holds no more than was used.
    void drop(Transaction&, Name cluster, Uuid resource, Month);

private:
    const Database& database_;
};

} // namespace site
