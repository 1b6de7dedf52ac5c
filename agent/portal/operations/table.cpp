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

std::string_view portal_family_help(std::string_view family)
{
    struct Help {
        std::string_view family;
        std::string_view text;
    };
    static constexpr std::array texts {
        Help {
            "allocations", "What projects may use of a cluster: list, make, change, pull, limits, states" },
        Help { "associations", "Who is in which allocation; the portal alone writes them" },
        Help { "managed-projects", "Projects that another portal asks for: review, attach, note" },
        Help { "unmanaged-projects", "Projects of this portal: make, change, people, checklists" },
        Help { "accounting-summary", "Credits and spending of projects" },
        Help { "usage-reports", "The portal's documents of compute usage" },
        Help { "storage-reports", "The portal's documents of storage" },
    };
    const auto* found = std::ranges::find(texts, family, &Help::family);
    return found == texts.end() ? std::string_view {} : found->text;
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
