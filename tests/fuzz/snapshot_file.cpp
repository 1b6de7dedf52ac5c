#include "fuzz/input.hpp"
#include "portal/portal.hpp"

#include <sys/mman.h>
#include <unistd.h>

using namespace site;
using namespace site::fuzz;

// A file given with --snapshot, and narrowed to one instance.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const int fd = ::memfd_create("snapshot", MFD_CLOEXEC);
    must(fd >= 0 && ::write(fd, data, size) == static_cast<ssize_t>(size), "the file is written");
    AllocationFilter filter;
    filter.service_settings = { Uuid::parse("5e771465000040008000000000000001").value() };
    FilePortal portal("/proc/self/fd/" + std::to_string(fd), Instant {});
    if (const auto listing = portal.listing(filter)) {
        for (const auto& row : listing->allocations) {
            must(row.service_settings.is_nil() || row.service_settings == filter.service_settings[0],
                "narrowed");
            must(portal.is_there(RowFamily::allocation, row.uuid).value(), "a listed row is there");
            break;
        }
        const auto again = from_snapshot_text(to_snapshot_text(*listing), filter);
        must(again && again->allocations == listing->allocations
                && again->associations == listing->associations,
            "what is stored comes back");
    }
    ::close(fd);
    return 0;
}
