#pragma once

#include "core/membership.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

enum class SubjectSort : std::uint8_t { user, project };

std::string_view name(SubjectSort);

/// A person's place in one project, or a project: all that the portal and our memory of it say. What is
/// pointed to belongs to the listing and the judgement that it was found in.
struct Subject {
    SubjectSort sort = SubjectSort::user;
    Name group {}; ///< Unix group and account; empty: no local name yet, or in no project
    Name user {}; ///< empty: a project, or no local name yet
    std::string identifier {}; ///< `user.project.portal` or `project.portal`, as far as it is known
    const AllocationRow* row = nullptr; ///< null: not listed
    const AssociationRow* association = nullptr; ///< null: not listed
    const KnownAllocation* known = nullptr; ///< null: never acted on
    const KnownMember* known_member = nullptr;
    const Allocation* allocation = nullptr; ///< that holds the group; it may be another than the row's
    const Member* member = nullptr; ///< of `allocation`
    std::size_t listed_members = 0; ///< of a project: its rows in the list of associations ...
    std::size_t nameless = 0; ///< ... and those of them without a local user name
    const Member* sharer = nullptr; ///< in the group by another allocation that shares it

    /// Whether the account is another allocation's.
    [[nodiscard]] bool shares() const { return known != nullptr && known->shares; }
};

std::string text(const Subject&); ///< `user mia.climate (mia.climate.brics) in brics.climate`

/// All that bear a name: a Unix user or his identifier; a group, a project's identifier, an allocation's name
/// or UUID. Without `sort` of both sorts. Pure; in the order of the lists, who is listed before who is gone.
std::vector<Subject> subjects(
    const Listing&, const Judged&, std::string_view name, std::optional<SubjectSort> sort);

/// A place at the site of which the portal says nothing itself; either name may be empty. Pure.
Subject unlisted(const Judged&, SubjectSort, Name group, Name user);

/// Names that are known and look like `name`, the most alike first; at most three. Pure.
std::vector<std::string> nearest_names(
    const Listing&, const Judged&, std::string_view name, std::optional<SubjectSort> sort);

} // namespace site
