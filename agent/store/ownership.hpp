#pragma once

#include "api/change.hpp"

namespace site {

/// Books a change that was seen to hold on what is ours in memory, as OwnershipStore::settled does in the
/// store.
void settle(Ownership&, const Change&);

} // namespace site
