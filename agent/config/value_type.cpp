#include "config/value_type.hpp"

#include "model/identifier.hpp"
#include "model/tres.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace site::detail {
namespace {

template <class... Visitors> struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <class... Visitors> Overloaded(Visitors...) -> Overloaded<Visitors...>;

struct Unit {
    std::string_view word;
    std::int64_t factor;
};

constexpr std::array<Unit, 4> duration_units { { { "d", 86400 }, { "h", 3600 }, { "m", 60 }, { "s", 1 } } };
constexpr std::array<Unit, 5> size_units { { { "PiB", 1LL << 50 }, { "TiB", 1LL << 40 }, { "GiB", 1 << 30 },
    { "MiB", 1 << 20 }, { "KiB", 1 << 10 } } };

constexpr std::int64_t most_megabytes = 1LL << 30; // 1 PiB in one node

Error bad(std::string_view text, std::string_view why)
{
    return { Errc::invalid, site::cited(text) + " " + std::string(why) };
}

std::optional<std::int64_t> whole(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

/// Digits and one of the units; nine digits at most, so that nothing wraps.
template <std::size_t N>
std::optional<std::int64_t> with_unit(std::string_view text, const std::array<Unit, N>& units)
{
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto rest = text.substr(digits.size());
    const auto unit
        = std::find_if(units.begin(), units.end(), [&](const Unit& one) { return one.word == rest; });
    if (digits.empty() || digits.size() > 9 || unit == units.end())
        return std::nullopt;
    const auto number = *whole(digits);
    if (number > std::numeric_limits<std::int64_t>::max() / unit->factor)
        return std::numeric_limits<std::int64_t>::max(); // beyond every bound
    return number * unit->factor;
}

template <std::size_t N> std::string in_unit(std::int64_t value, const std::array<Unit, N>& units)
{
    const auto unit = std::find_if(units.begin(), units.end(),
        [&](const Unit& one) { return value >= one.factor && value % one.factor == 0; });
    const auto& used = unit == units.end() ? units.back() : *unit;
    return std::to_string(value / used.factor) + std::string(used.word);
}

Result<Value> duration(const DurationType& type, std::string_view text)
{
    const auto value = with_unit(text, duration_units);
    if (!value)
        return bad(text, "is not a duration");
    if (*value < type.least.count())
        return bad(text, "is too short");
    if (*value > type.most.count())
        return bad(text, "is too long");
    return Value { *value };
}

Result<Value> count(const CountType& type, std::string_view text)
{
    const auto value = whole(text);
    if (!value)
        return bad(text, "is not a whole number");
    if (*value < type.least)
        return bad(text, "is too small");
    if (*value > type.most)
        return bad(text, "is too large");
    return Value { *value };
}

Result<Value> size(const SizeType& type, std::string_view text)
{
    const auto value = with_unit(text, size_units);
    if (!value)
        return bad(text, "is not a size");
    if (*value < type.least)
        return bad(text, "is too small");
    if (*value > type.most)
        return bad(text, "is too large");
    return Value { *value };
}

Result<Value> memory(std::string_view text)
{
    const bool has_unit = text.back() < '0' || text.back() > '9';
    const auto megabytes = parse_megabytes(text);
    if (!has_unit || !megabytes)
        return bad(text, "is not an amount of memory");
    if (*megabytes < 1)
        return bad(text, "is too small");
    if (*megabytes > static_cast<std::uint64_t>(most_megabytes))
        return bad(text, "is too large");
    return Value { static_cast<std::int64_t>(*megabytes) };
}

Result<Value> percent(const PercentType& type, std::string_view text)
{
    auto number = text;
    if (number.back() == '%')
        number.remove_suffix(1);
    const auto dot = number.find('.');
    const auto integer = number.substr(0, dot);
    const auto decimal = dot == std::string_view::npos ? std::string_view { "0" } : number.substr(dot + 1);
    const bool digits_only = integer.find_first_not_of("0123456789") == std::string_view::npos
        && decimal.find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits_only || integer.empty() || integer.size() > 9 || decimal.size() != 1)
        return bad(text, "is not a percentage");
    const auto tenths = *whole(integer) * 10 + *whole(decimal);
    if (type.parts == 1 && tenths % 10 != 0)
        return bad(text, "is not a whole percentage");
    if (tenths < type.least * 10)
        return bad(text, "is too small");
    if (tenths > type.most * 10)
        return bad(text, "is too large");
    return Value { tenths * type.parts / 10 };
}

Result<Value> zone(std::string_view text)
{
    const bool shaped = text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':';
    const auto hours = shaped ? text.substr(1, 2) : std::string_view {};
    const auto minutes = shaped ? text.substr(4, 2) : std::string_view {};
    const auto digits
        = [](std::string_view two) { return two.find_first_not_of("0123456789") == std::string_view::npos; };
    if (!shaped || !digits(hours) || !digits(minutes) || *whole(minutes) > 59)
        return bad(text, "is not an offset from UTC");
    const auto span = *whole(hours) * 3600 + *whole(minutes) * 60;
    if (span > (text[0] == '+' ? 14 : 12) * 3600)
        return bad(text, "is too far from UTC");
    return Value { text[0] == '+' ? span : -span };
}

Result<Value> truth(std::string_view text)
{
    if (text != "true" && text != "false")
        return bad(text, "is neither true nor false");
    return Value { text == "true" };
}

Result<Value> choice(const ChoiceType& type, std::string_view text)
{
    for (const auto& one : type.choices)
        if (one.word == text)
            return Value { one.value };
    return bad(text, "is not known");
}

Result<Value> by_rule(const TextRule& rule, std::string_view text)
{
    auto kept = rule.checked(text);
    if (kept)
        return Value { std::move(*kept) };
    return rule.echo == TextRule::Echo::yes ? bad(text, kept.error().text) : kept.error();
}

std::string words(const ChoiceType& type)
{
    std::string out;
    for (std::size_t i = 0; i < type.choices.size(); ++i) {
        if (i > 0)
            out += i + 1 == type.choices.size() ? " or " : ", ";
        out += type.choices[i].word;
    }
    return out;
}

std::string bounds(std::int64_t least, std::int64_t most)
{
    return "from " + std::to_string(least) + " to " + std::to_string(most);
}

} // namespace

std::string allowed(const ValueType& type)
{
    return std::visit(
        Overloaded {
            [](const DurationType& one) {
                return "a duration from " + in_unit(one.least.count(), duration_units) + " to "
                    + in_unit(one.most.count(), duration_units) + ", a whole number of s, m, h or d";
            },
            [](const CountType& one) { return "a whole number " + bounds(one.least, one.most); },
            [](const SizeType& one) {
                return "a size from " + in_unit(one.least, size_units) + " to "
                    + in_unit(one.most, size_units) + ", a whole number of "
                    + (one.most > 1LL << 40 ? "KiB, MiB, GiB, TiB or PiB" : "KiB, MiB or GiB");
            },
            [](const MemoryType&) {
                return std::string("memory from 1M to 1024T, with a unit K, M, G or T");
            },
            [](const PercentType& one) {
                return "a percentage " + bounds(one.least, one.most)
                    + (one.parts == 1 ? ", whole" : ", at most one decimal");
            },
            [](const ZoneType&) { return std::string("an offset from UTC from -12:00 to +14:00"); },
            [](const BoolType&) { return std::string("true or false"); },
            [](const ChoiceType& one) { return words(one); },
            [](const TextType& one) { return std::string(one.rule->allowed); },
            [](const TextListType& one) {
                return std::string(one.least > 0 ? "a list, not empty, each " : "a list, each ")
                    + std::string(one.rule->allowed);
            },
            [](const SectionType&) { return std::string("a section of keys"); },
            [](const SectionListType&) { return std::string("a list of sections, exactly one for now"); },
            [](const SectionMapType& one) {
                return "sections by name, each " + std::string(one.rule->allowed);
            },
        },
        type);
}

Result<Value> value_of(const ValueType& type, std::string_view text)
{
    if (text.empty())
        return Error { Errc::invalid, "is empty" };
    return std::visit(Overloaded {
                          [&](const DurationType& one) { return duration(one, text); },
                          [&](const CountType& one) { return count(one, text); },
                          [&](const SizeType& one) { return size(one, text); },
                          [&](const MemoryType&) { return memory(text); },
                          [&](const PercentType& one) { return percent(one, text); },
                          [&](const ZoneType&) { return zone(text); },
                          [&](const BoolType&) { return truth(text); },
                          [&](const ChoiceType& one) { return choice(one, text); },
                          [&](const TextType& one) { return by_rule(*one.rule, text); },
                          [&](const TextListType& one) { return by_rule(*one.rule, text); },
                          [&](const auto&) {
                              return Result<Value> { Error { Errc::internal, "is a section" } };
                          },
                      },
        type);
}

std::string yaml_text(std::string_view text)
{
    constexpr std::string_view plain
        = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+%:";
    const bool bare = !text.empty() && text.find_first_not_of(plain) == std::string_view::npos
        && text.front() != '-' && text.front() != '%' && text.front() != ':' && text.back() != ':'
        && text != "null" && text != "Null" && text != "NULL";
    if (bare)
        return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + "\"";
}

} // namespace site::detail
