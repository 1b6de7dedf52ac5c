// Under AddressSanitizer most of a history's time would go into small blocks of memory: where each was made,
// and SQLite's own, of which it keeps count under a mutex.
#include <sqlite3.h>

// NOLINTNEXTLINE(readability-identifier-naming,bugprone-reserved-identifier): the sanitizer's own name
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options()
{
    return "malloc_context_size=2:quarantine_size_mb=16";
}

namespace {

constexpr int slot_bytes = 1200;
constexpr int slots = 1000;

[[maybe_unused]] const int memory_without_count = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
[[maybe_unused]] const int memory_of_a_connection
    = sqlite3_config(SQLITE_CONFIG_LOOKASIDE, slot_bytes, slots);

} // namespace
