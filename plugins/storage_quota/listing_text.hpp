#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace site {

/// Lines, fields and numbers of the listings that tools of file systems print. Pure.

/// The next line without its end; it is taken off the text.
std::string_view next_line(std::string_view& text);
/// Without blanks and tabs at either end.
std::string_view trimmed(std::string_view);
/// What stands between blanks and tabs.
std::vector<std::string_view> words(std::string_view line);
/// What stands between separators, empty pieces too.
std::vector<std::string_view> pieces(std::string_view line, char separator);

/// Decimal digits and nothing else.
std::optional<std::uint64_t> whole_number(std::string_view);
/// A uid, gid or project id.
std::optional<std::uint32_t> id_number(std::string_view);
/// None: 64 bits don't hold it.
std::optional<std::uint64_t> bytes_of_kib(std::uint64_t kib);
/// KiB that hold so many bytes, rounded up: never 0 for a limit.
std::uint64_t kib_of_bytes(std::uint64_t bytes);
/// The tools say 0 for no limit.
std::optional<std::uint64_t> limit_said(std::uint64_t);

/// `line "…" of lfs quota is not understood`.
Error not_understood(std::string_view line, std::string_view tool);
/// An Error: the last line has no end, so the listing may have been cut.
Result<void> check_ended(std::string_view text, std::string_view tool);

} // namespace site
