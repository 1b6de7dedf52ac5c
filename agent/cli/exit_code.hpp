#pragma once

namespace site {

/// Exit codes of the program (design §3), documented in every page of the manual.
namespace exit_code {
constexpr int ok = 0; ///< done, or nothing to do
constexpr int error = 1; ///< an error, or a part failed
constexpr int changes = 2; ///< changes wait
constexpr int guarded = 3; ///< a guard stopped something
constexpr int usage = 64; ///< the command line or the configuration is wrong
constexpr int bug = 70; ///< a broken expectation: please report it
} // namespace exit_code

} // namespace site
