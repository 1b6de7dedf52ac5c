#pragma once

#include "model/name.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// A plugin's name and the text of a change: what an allowance names.
using AllowedChange = std::pair<std::string, std::string>;

/// That a person looked at a printed plan and let one guard pass for just its changes.
struct Allowance {
    std::int64_t id = 0; ///< given by the store
    std::string guard;
    std::string plan; ///< id of the printed plan
    std::string by;
    Instant at;
    Instant until; ///< what is not done by then is no longer allowed
    std::set<AllowedChange> changes {}; ///< what is left to be done of it
};

/// Allowances, by cluster. Each change of one is used up when it is done, or when it is no longer wanted.
class Allowances {
public:
    explicit Allowances(const Database& database) : database_(database) { }

    /// Those that still hold, oldest first.
    Result<std::vector<Allowance>> load(Name cluster, Instant now) const;
    std::int64_t add(Transaction&, Name cluster, const Allowance&);
    void use(Transaction&, std::int64_t id, const AllowedChange&);
    void drop(Transaction&, std::int64_t id);
    void drop_old(Transaction&, Name cluster, Instant now);

private:
    const Database& database_;
};

} // namespace site
