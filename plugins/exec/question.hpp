#pragma once

#include "api/plugin.hpp"

#include <span>
#include <string>
#include <vector>

namespace site {

/// Standard input of `observed`: header, names, end.
std::string observed_question(Name cluster, const std::vector<Kind>&, const Interest&);

/// Standard input of `apply`: header, the changes with their places as ids, end.
std::string apply_question(
    Name cluster, const std::vector<Kind>&, const IdRange& gids, std::span<const Change* const>);

/// One change as its line, without the newline.
std::string change_line(std::size_t id, const Change&);

/// Whether a change may be said to the program at all.
Result<void> fit(const Change&, Name cluster, const std::vector<Kind>&);

} // namespace site
