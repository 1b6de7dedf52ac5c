#include "cli/portal_documents.hpp"

namespace site {

int command_usage_report(Desk& desk)
{
    return tell_documents(desk, month_of(desk.clock.now()), stored_usage_report);
}

} // namespace site
