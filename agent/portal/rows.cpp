#include "portal/rows.hpp"

namespace site {

std::string_view name(PortalState state)
{
    switch (state) {
    case PortalState::creation_scheduled:
        return "CREATION_SCHEDULED";
    case PortalState::creating:
        return "CREATING";
    case PortalState::ok:
        return "OK";
    case PortalState::update_scheduled:
        return "UPDATE_SCHEDULED";
    case PortalState::updating:
        return "UPDATING";
    case PortalState::erred:
        return "ERRED";
    case PortalState::deletion_scheduled:
        return "DELETION_SCHEDULED";
    case PortalState::deleting:
        return "DELETING";
    case PortalState::unknown:
        break;
    }
    return "UNKNOWN";
}

} // namespace site
