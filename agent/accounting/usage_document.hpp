#pragma once

#include "portal/usage_report.hpp"
#include "store/ledger.hpp"
#include "store/portal_memory.hpp"

#include <string>
#include <vector>

namespace site {

/// The portal's documents of compute usage in one month of UTC days, of every project that is known. Each day
/// up to today stands in it, also one without usage. A day is complete when it was read whole after its end
/// and is final; one that was never read is empty and not complete. Of what nobody can be told the user is
/// `unknown`. People and allocations that are gone count as well (PortalMemory::remembered); a project that
/// was gone before the month began only with usage in it. Pure.
///
/// `by_day`: see Ledger::by_day; rows of other days and of accounts that are no project's are passed over.
PortalUsageReport usage_document(const std::string& portal, const Known&,
    const std::vector<LedgerRow>& by_day, const std::vector<LedgerDay>&, Month, Instant now);

} // namespace site
