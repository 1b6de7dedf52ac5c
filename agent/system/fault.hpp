#pragma once

#include <chrono>

namespace site {

/// A place where the crash tests may end the process with SIGKILL: at the n-th passage, n from the
/// environment variable SITE_FAULT_AT, counting only those whose name is in SITE_FAULT_NAME
/// (`commit,applied`) when that is set. SITE_FAULT_LOG is a file that the names of those counted are appended
/// to. Compiled to nothing unless SITE_FAULTS is on, as in no release.
#ifdef SITE_FAULTS
void fault_point(const char* where);
#else
inline void fault_point(const char*)
{
}
#endif

/// How long a plugin may take for one call: `usual`, or as many seconds as the environment variable
/// SITE_FAULT_DEADLINE says, so that a test needs not wait for half an hour.
#ifdef SITE_FAULTS
std::chrono::seconds fault_deadline(std::chrono::seconds usual);
#else
inline std::chrono::seconds fault_deadline(std::chrono::seconds usual)
{
    return usual;
}
#endif

} // namespace site
