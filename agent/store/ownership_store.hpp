#pragma once

#include "api/change.hpp"
#include "model/time.hpp"
#include "store/database.hpp"
#include "store/ownership.hpp"

namespace site {

/// What is ours, by (plugin, cluster, kind, key, field), with what stood there before.
class OwnershipStore {
public:
    explicit OwnershipStore(const Database& database) : database_(database) { }

    Result<Ownership> load(std::string_view plugin, Name cluster) const;

    /// Books a change that was seen to hold. create: the record and its fields are ours. update: each field
    /// is ours with its new value and basis (what stood before is kept from the first time), a released one
    /// no longer is. remove: nothing of the record is ours any more.
    void settled(Transaction&, std::string_view plugin, const Change&, Instant);
    /// The thing vanished without us.
    void forget(Transaction&, std::string_view plugin, const Key&);
    void forget_field(Transaction&, std::string_view plugin, const Key&, Name field);

private:
    const Database& database_;
};

} // namespace site
