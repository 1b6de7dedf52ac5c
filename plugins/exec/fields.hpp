#pragma once

#include "api/records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// The fields of accounts and associations in the protocol; groups have `gid`, members none.
struct ExecFields {
    Name project { "project" }; ///< word: `project.portal`
    Name closed { "closed" }; ///< 1: no new work
    Name limit { "limit" }; ///< node-seconds of the month
    Name blocked { "blocked" }; ///< 1: this member has no new work
};
const ExecFields& exec_fields();

/// What a field of the protocol may hold.
enum class ExecValue : std::uint8_t { id, word, flag, amount };

/// None: records of this kind have no such field.
std::optional<ExecValue> exec_value(Kind, std::string_view field);

/// Whether records of the kind have a member.
constexpr bool has_member(Kind kind)
{
    return kind == Kind::group_member || kind == Kind::association;
}

/// The kinds of the settings' words, in the order of making; words that are none of exec's are left out.
std::vector<Kind> exec_kinds(const std::vector<std::string>& words);

bool keeps(const std::vector<Kind>&, Kind);

} // namespace site
