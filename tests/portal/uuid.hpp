#pragma once
// UUIDs as the portal keeps them: 32 lower-case hex digits. Paths and filters take dashes too.
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// 32 hex digits from either spelling, or nothing.
std::optional<std::string> uuid_from(std::string_view text);
std::string with_dashes(std::string_view hex);
/// The same UUID for the same name, on every machine.
std::string uuid_named(std::string_view name);
std::string uuid_random();

} // namespace site
