#include "portal/operations/families.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace site {

std::span<const PortalOperation> portal_operations()
{
    static const std::vector<PortalOperation> all = [] {
        std::vector<PortalOperation> made;
        for (const auto rows :
            { allocation_operations(), managed_project_operations(), unmanaged_project_operations(),
                report_operations(), mapping_operations(), marketplace_operations() })
            made.insert(made.end(), rows.begin(), rows.end());
        return made;
    }();
    return all;
}

const PortalOperation& portal_operation(std::string_view id)
{
    const auto all = portal_operations();
    const auto found = std::ranges::find(all, id, &PortalOperation::id);
    if (found == all.end()) {
        std::fprintf(stderr, "site-agent: no operation \"%.*s\"\n", static_cast<int>(id.size()), id.data());
        std::abort();
    }
    return *found;
}

const PortalOperation* find_portal_operation(std::string_view family, std::string_view verb)
{
    const auto all = portal_operations();
    const auto found = std::ranges::find_if(all, [&](const PortalOperation& one) {
        return !family.empty() && one.family == family && one.verb == verb;
    });
    return found == all.end() ? nullptr : &*found;
}

} // namespace site
