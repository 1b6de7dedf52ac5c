#pragma once

#include "accounting/report.hpp"
#include "store/storage_levels.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace site {

/// What each holder has by a component's figure, in bytes, of the days of one month: the last, the highest
/// reading, or the mean of the days, rounded half up. Who has no day in the month is left out: an unknown is
/// no zero. Pure.
std::map<StorageHolder, std::uint64_t> storage_figures(
    const std::vector<StorageDay>&, const StorageComponent&);

/// Who is listed in which account.
using MembersOf = std::map<Name, std::set<Name>>;

/// The amounts of storage components by resource, in the portal's unit, rounded half up once. Accounts of one
/// resource are added up; one without a figure in the month adds nothing. A person's level on a volume is
/// told with the first account by name that he is listed in, since it is of no project, and of two it would
/// count twice. Pure.
StorageAmounts storage_amounts(
    const std::vector<StorageDay>&, const UsageConfig&, const ResourceOf&, const MembersOf&);

} // namespace site
