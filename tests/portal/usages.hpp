#pragma once
#include "listing.hpp"

#include <optional>
#include <string>

namespace site {

/// `marketplace-component-usages`: the month totals of each resource, and `set_usage`, which reports them.
extern const View component_usages_view;
void add_usage_routes(Routes& routes);

/// Why usage of that instant can't be reported now: it lies in the future, or in a past month and
/// `billed_by_use` says that the figure is already on an invoice. Only staff may do the latter.
std::optional<std::string> date_refusal(const Call& call, Instant date, bool billed_by_use);

/// The record of that month, made with a usage of zero when missing; its UUID.
std::string usage_record(
    const Call& call, const std::string& resource, const std::string& component, Instant date);

} // namespace site
