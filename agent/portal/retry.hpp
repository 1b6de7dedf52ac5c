#pragma once

#include "model/time.hpp"
#include "net/backoff.hpp"
#include "net/http.hpp"

#include <functional>

namespace site {

/// How often and after what pauses something is tried again.
struct RetryBounds {
    std::uint32_t retries = 4; ///< after the first try
    Backoff::Bounds pauses {};
    std::chrono::milliseconds most_wait { 60000 }; ///< of what a Retry-After may ask
};

/// Whether the same request may succeed in a moment: no answer, 408, 425, 429 and 5xx.
bool worth_repeating(const Result<HttpResponse>&);

/// The tries of one call.
class Retry {
public:
    Retry(const RetryBounds& bounds, const Clock& clock, std::function<bool()> stop, Random random)
        : bounds_(bounds), clock_(clock), stop_(std::move(stop)), backoff_(bounds.pauses, std::move(random))
    {
    }

    /// After a failed try: waits, then says whether to try again. The pause is what the answer asks for in
    /// Retry-After, within bounds, else a growing one. False: no try is left, or `stop` ended the wait.
    bool again(const Result<HttpResponse>& failed);
    [[nodiscard]] bool stopped() const { return stop_ && stop_(); }

private:
    [[nodiscard]] bool wait(std::chrono::milliseconds pause) const;

    const RetryBounds& bounds_;
    const Clock& clock_;
    std::function<bool()> stop_;
    Backoff backoff_;
    std::uint32_t failed_ = 0;
};

} // namespace site
