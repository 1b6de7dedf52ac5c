#pragma once

#include <string>
#include <string_view>

namespace site {

enum class Severity { info, warning, error };

std::string_view name(Severity);

/// Something a sysadmin should know, found while looking; never a reason to stop by itself.
struct Finding {
    Severity severity = Severity::warning;
    std::string code; ///< stable, lower case with dashes; the anchor in the operations page: `slurm-no-safe`
    std::string subject; ///< what it is about: an account, an allocation, a file; may be empty
    std::string text; ///< what was found, in one line
    std::string advice; ///< what to do; may be empty

    bool operator==(const Finding&) const = default;
};

} // namespace site
