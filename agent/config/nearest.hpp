#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace site::detail {

/// The one of `known` that `word` was probably meant to be: the fewest letters added, dropped, changed or
/// swapped with their neighbour. None when more than a third of the word would have to change, or when the
/// word is longer than any key could be.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

} // namespace site::detail
