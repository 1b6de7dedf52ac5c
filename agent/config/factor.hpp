#pragma once

#include "config/config.hpp"
#include "config/text_rule.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace site::detail {

/// `2`, `0.5` (at most three decimals) or `1/7` (at most 1000 below), not above 1000000; reduced.
Result<Factor> factor(std::string_view text);
/// `NAME=FACTOR`.
Result<std::pair<std::string, Factor>> named_factor(std::string_view text);

extern const TextRule factor_rule;
extern const TextRule named_factor_rule;
extern const TextRule tres_rule; ///< a TRES beside Slurm's usual ones

} // namespace site::detail
