#pragma once

#include "model/time.hpp"

namespace site {

/// The machine's clocks.
class SystemClock : public Clock {
public:
    [[nodiscard]] Instant now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
};

} // namespace site
