#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace site {

/// What the caller should do about an error, not what went wrong; the text says that.
enum class Errc {
    invalid, ///< our input or configuration is wrong: a person must change something
    refused, ///< the other side understood and said no; repeating it unchanged is useless
    not_found, ///< it isn't there, or isn't visible to us
    conflict, ///< it is in another state than we thought: look again
    unreachable, ///< the other side can't be reached or is ill: try again later
    timed_out, ///< no answer within the deadline: try again later
    internal ///< a broken expectation of ours or of the machine (disk, memory)
};

std::string_view name(Errc code);

/// Whether the same call may succeed later without anybody changing anything.
constexpr bool retryable(Errc code)
{
    return code == Errc::unreachable || code == Errc::timed_out;
}

/// Says what was being done, then why not: `reading the configuration: no such file`.
struct Error {
    Errc code = Errc::internal;
    std::string text;

    /// The same error with what the caller was doing put in front.
    [[nodiscard]] Error in(std::string_view doing) const
    {
        return { code, std::string(doing) + ": " + text };
    }

    bool operator==(const Error&) const = default;
};

/// Reached only by `.value()` on an error, which is a bug of the caller.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw std::logic_error("unchecked error: " + error.text);
}

/// A value or an Error; see boost::system::result for the interface. Never ignored.
template <class T> class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using boost::system::result<T, Error>::result;
};

} // namespace site
