#include "api/snapshot.hpp"

namespace site {

std::string_view name(Standing standing)
{
    switch (standing) {
    case Standing::present:
        return "present";
    case Standing::waiting:
        return "waiting";
    case Standing::frozen:
        return "frozen";
    case Standing::revoked:
        return "revoked";
    case Standing::expired:
        return "expired";
    }
    return "frozen";
}

std::string_view name(Closure closure)
{
    switch (closure) {
    case Closure::open:
        return "open";
    case Closure::gone:
        return "the allocation is gone from the portal";
    case Closure::inactive:
        return "the allocation is inactive";
    case Closure::deleting:
        return "the allocation is being deleted";
    case Closure::paused:
        return "the resource is paused";
    case Closure::limit_zero:
        return "the portal's limit is 0";
    case Closure::spent:
        return "the month's limit is spent";
    case Closure::undecided:
        return "the limit or what is spent is not known";
    }
    return "open";
}

Closure closure(const Allocation& allocation)
{
    if (allocation.standing == Standing::revoked || allocation.standing == Standing::expired)
        return Closure::gone;
    if (!allocation.active)
        return Closure::inactive;
    if (allocation.deleting)
        return Closure::deleting;
    if (allocation.paused)
        return Closure::paused;
    if (!allocation.limit)
        return Closure::undecided;
    if (*allocation.limit == 0)
        return Closure::limit_zero;
    if (!allocation.spent)
        return Closure::undecided;
    return allocation.spent->node_seconds >= *allocation.limit ? Closure::spent : Closure::open;
}

Effect effect(Closure closure)
{
    switch (closure) {
    case Closure::open:
    case Closure::undecided:
        return Effect::gives;
    case Closure::spent:
        return Effect::stops;
    case Closure::gone:
    case Closure::inactive:
    case Closure::deleting:
    case Closure::paused:
    case Closure::limit_zero:
        break;
    }
    return Effect::takes_away;
}

} // namespace site
