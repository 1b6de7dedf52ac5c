#pragma once

#include "core/diff.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace site {

/// What one plugin keeps, as the cycle looked at it. Everything outlives who is given it.
struct KeptElsewhere {
    const std::string& plugin;
    const std::vector<Kind>& kinds;
    const Observation& observation;
    const Desired& desired;
    const Difference& difference;
    const Error* sick = nullptr; ///< it could not look: the rest says nothing
};

/// What the creations of one plugin need of the others: an account its group, an association the membership
/// and the user. Pure.
class NeedsAcross {
public:
    explicit NeedsAcross(const std::vector<KeptElsewhere>&);

    /// Adds to each creation the needs that another plugin is about to make; takes out and returns, with why,
    /// those whose need it can't make.
    std::vector<Blocked> sort_out(const std::string& plugin, std::vector<Change>&) const;

private:
    struct Keeper {
        KeptElsewhere kept;
        std::unordered_map<Name, std::vector<const Refusal*>> refused;
        std::unordered_set<Key> there;
        std::unordered_set<Key> blocked;
        std::unordered_map<Key, Key> made; ///< by what is needed
    };
    [[nodiscard]] static std::string hindrance(const Keeper&, const Key& need);

    std::vector<Keeper> keepers_;
};

} // namespace site
