#include "system/clock.hpp"

namespace site {

Instant SystemClock::now() const
{
    return std::chrono::floor<Seconds>(std::chrono::system_clock::now());
}

std::chrono::steady_clock::time_point SystemClock::steady() const
{
    return std::chrono::steady_clock::now();
}

} // namespace site
