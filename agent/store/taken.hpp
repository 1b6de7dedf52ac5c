#pragma once

#include "api/records.hpp"
#include "model/time.hpp"
#include "store/database.hpp"

#include <set>
#include <string>
#include <utility>

namespace site {

/// A plugin's name and a key.
using PluginKey = std::pair<std::string, Key>;

/// What was taken away lately without an allowance, for the guard that looks back over a day. Written with
/// the intents, so that a crash forgets none; each key counts once, however often it was tried.
class Taken {
public:
    explicit Taken(const Database& database) : database_(database) { }

    Result<std::set<PluginKey>> since(Name cluster, Instant) const;
    void add(Transaction&, const PluginKey&, Instant);
    void drop_old(Transaction&, Name cluster, Instant until);

private:
    const Database& database_;
};

} // namespace site
