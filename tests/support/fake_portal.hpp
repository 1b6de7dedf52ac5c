#pragma once

#include "portal/portal.hpp"

#include <optional>
#include <set>

namespace site {

/// A portal in memory behind the real seam, for tests of the cycle that need no HTTP.
class FakePortal : public Portal {
public:
    Listing rows;
    std::optional<Listing> lie; ///< given instead of the rows
    std::optional<Listing> lie_once; ///< given once, before `lie` or the rows
    std::optional<Error> away;
    std::set<Uuid> retrievable; ///< found by a retrieve although no list has them
    int listings = 0;
    int retrieves = 0;
    const Clock* clock = nullptr;

    Result<Listing> listing(const AllocationFilter&) override
    {
        ++listings;
        if (away)
            return *away;
        auto answer = rows;
        if (lie_once)
            answer = *std::exchange(lie_once, std::nullopt);
        else if (lie)
            answer = *lie;
        answer.taken = clock->now();
        return answer;
    }

    Result<bool> is_there(RowFamily, Uuid uuid) override
    {
        ++retrieves;
        return retrievable.contains(uuid);
    }
};

} // namespace site
