#include "portal/retry.hpp"

#include <algorithm>
#include <thread>

namespace site {

using std::chrono::milliseconds;

bool worth_repeating(const Result<HttpResponse>& result)
{
    if (!result)
        return retryable(result.error().code);
    const auto status = result->status;
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool Retry::again(const Result<HttpResponse>& failed)
{
    if (stopped() || failed_ >= bounds_.retries)
        return false;
    ++failed_;
    auto pause = backoff_.next();
    if (failed)
        if (const auto asked = retry_after(failed->header("Retry-After"), clock_.now(), bounds_.most_wait))
            pause = *asked;
    return wait(pause);
}

bool Retry::wait(milliseconds pause) const
{
    static constexpr milliseconds slice { 100 };
    const auto until = std::chrono::steady_clock::now() + pause;
    while (!stopped()) {
        const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
        if (left <= milliseconds { 0 })
            return true;
        std::this_thread::sleep_for(std::min(left, slice));
    }
    return false;
}

} // namespace site
