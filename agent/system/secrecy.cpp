#include "system/secrecy.hpp"

#include "system/os_error.hpp"

#include <cerrno>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace site {
namespace {

/// LeakSanitizer traces its own process, which only root may then.
bool leaks_are_looked_for()
{
#if defined(SITE_ADDRESS_SANITIZER)
    return ::geteuid() != 0;
#else
    return false;
#endif
}

} // namespace

Result<void> keep_to_ourselves()
{
    ::umask(077);
    const rlimit none { 0, 0 };
    if (::setrlimit(RLIMIT_CORE, &none) != 0)
        return os_error("forbidding core dumps", errno);
    // The limit above is passed over where the kernel hands cores to a program (core(5), core_pattern).
    if (!leaks_are_looked_for() && ::prctl(PR_SET_DUMPABLE, 0) != 0)
        return os_error("forbidding dumps", errno);
    return {};
}

} // namespace site
