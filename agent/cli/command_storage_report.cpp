#include "cli/portal_documents.hpp"

namespace site {

int command_storage_report(Desk& desk)
{
    const auto zone = desk.config.clusters.front().usage.zone_offset;
    return tell_documents(desk, month_of(desk.clock.now(), zone), stored_storage_report);
}

} // namespace site
