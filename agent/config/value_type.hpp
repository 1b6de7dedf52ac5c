#pragma once

#include "config/text_rule.hpp"
#include "model/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace site::detail {

/// `90s`, `5m`, `2h`, `7d`.
struct DurationType {
    Seconds least { 1 };
    Seconds most { 1 };
};

struct CountType {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

/// `64KiB`, `16MiB`, `1GiB`; kept in bytes.
struct SizeType {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

/// `500G` as Slurm writes memory, with its unit; kept in MB (2^20 bytes).
struct MemoryType { };

/// `10%` or `10`; kept in `parts` of a percent.
struct PercentType {
    std::int64_t least = 0; ///< percent
    std::int64_t most = 100;
    std::int64_t parts = 1; ///< 1: whole percents; 10: one decimal
};

/// `+02:00`; kept in seconds ahead of UTC.
struct ZoneType { };

struct BoolType { };

struct Choice {
    std::string_view word;
    std::int64_t value;
};
struct ChoiceType {
    std::vector<Choice> choices;
};

struct TextType {
    const TextRule* rule;
};

/// A list of texts, no two the same unless that is allowed.
struct TextListType {
    const TextRule* rule;
    std::size_t least = 0;
    bool alike = false; ///< entries may be the same
};

/// Keys of its own.
struct SectionType { };

/// Sections, one an entry.
struct SectionListType { };

/// Sections, each under a name that the site chooses.
struct SectionMapType {
    const TextRule* rule;
};

using ValueType = std::variant<DurationType, CountType, SizeType, MemoryType, PercentType, ZoneType, BoolType,
    ChoiceType, TextType, TextListType, SectionType, SectionListType, SectionMapType>;

/// A value as read, in the unit that its type says.
using Value = std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

/// Completes "allowed is": `a duration from 1s to 1d such as 5m`.
std::string allowed(const ValueType&);

/// The value of a single piece of text; of a TextListType, one entry. The error says what is wrong with it,
/// without what is allowed, and repeats the text only where no secret can be in it. Sections are never read
/// this way.
Result<Value> value_of(const ValueType&, std::string_view text);

/// Text as YAML would have it, with quotes where they are needed.
std::string yaml_text(std::string_view);

} // namespace site::detail
