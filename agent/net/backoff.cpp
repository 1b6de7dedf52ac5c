#include "net/backoff.hpp"

#include "net/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <random>

namespace site {

using std::chrono::milliseconds;

Random machine_random()
{
    auto engine = std::make_shared<std::minstd_rand>(std::random_device {}());
    return [engine] { return std::uniform_real_distribution<double> { 0, 1 }(*engine); };
}

milliseconds Backoff::next()
{
    auto whole = bounds_.first;
    for (std::uint32_t i = 0; i < failures_ && whole < bounds_.most; ++i)
        whole *= 2;
    ++failures_;
    whole = std::min(whole, bounds_.most);
    const auto half = static_cast<double>(whole.count()) / 2;
    return milliseconds { static_cast<milliseconds::rep>(half + half * random_()) };
}

std::optional<milliseconds> retry_after(std::string_view header, Instant now, milliseconds most)
{
    std::uint32_t seconds = 0;
    const auto* end = header.data() + header.size();
    const auto read = std::from_chars(header.data(), end, seconds);
    if (!header.empty() && read.ptr == end) {
        if (read.ec == std::errc::result_out_of_range)
            return most;
        return std::min<milliseconds>(Seconds { seconds }, most);
    }
    const auto date = parse_http_date(header);
    if (!date)
        return std::nullopt;
    return std::clamp<milliseconds>(*date - now, milliseconds { 0 }, most);
}

} // namespace site
