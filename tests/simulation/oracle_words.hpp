#pragma once

#include "simulation/site.hpp"

#include "portal/rows.hpp"

#include <string>

namespace site::simulation {

// What the oracle's parts say alike.

/// A hold in force.
inline Value held_value()
{
    return Value { std::int64_t { 0 } };
}

inline bool closes(const Change& change, Name field)
{
    const auto* found = change.field(field);
    return found && found->after == held_value();
}

/// The project that a local group of this portal belongs to.
inline std::string project_of(Name group)
{
    return group.text().substr(group.text().find('.') + 1);
}

/// The row is the group's own and may be acted on, as far as its names go.
inline bool good(const AllocationRow& row, Name group)
{
    return row.groupname == group.text() && row.backend_id == project_of(group) + ".brics";
}

inline bool good(const AssociationRow& row, Name group, Name user)
{
    return row.username == user.text()
        && row.useridentifier == user.text() + "." + project_of(group) + ".brics";
}

inline std::string at(const Site& site, const Change& change)
{
    return site.name + ": " + text(change);
}

} // namespace site::simulation
