#pragma once

#include "model/time.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace site {

/// A number from 0 up to, but not, 1.
using Random = std::function<double()>;

/// Seeded by the machine, so that agents that lost the portal together don't come back together.
Random machine_random();

/// Growing pauses between tries. Pure but for the random numbers handed in; waits for nothing itself.
class Backoff {
public:
    struct Bounds {
        std::chrono::milliseconds first { 500 };
        std::chrono::milliseconds most { 30000 };
    };

    Backoff(Bounds bounds, Random random) : bounds_(bounds), random_(std::move(random)) { }

    /// The pause before the next try: from half to the whole of first, 2·first, 4·first ... up to `most`.
    std::chrono::milliseconds next();
    /// After a success: begins with the first pause again.
    void reset() { failures_ = 0; }

private:
    Bounds bounds_;
    Random random_;
    std::uint32_t failures_ = 0;
};

/// What a Retry-After header asks for, seconds or an HTTP date, from 0 to `most`; none when it is unreadable.
std::optional<std::chrono::milliseconds> retry_after(
    std::string_view header, Instant now, std::chrono::milliseconds most);

} // namespace site
