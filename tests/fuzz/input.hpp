#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace site::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size)
{
    return { reinterpret_cast<const char*>(data), size };
}

/// Stops the fuzzer with what must not be.
inline void must(bool holds, const char* what, std::string_view about = {})
{
    if (holds)
        return;
    std::fprintf(stderr, "must hold: %s: \"%.*s\"\n", what, static_cast<int>(about.size()), about.data());
    std::abort();
}

/// The form that a name must have before it may reach a command; written here a second time on purpose.
inline bool is_local_name(std::string_view name)
{
    if (name.empty() || name.size() > 32)
        return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const char c = name[i];
        const bool first = (c >= 'a' && c <= 'z') || c == '_';
        if (!first && (i == 0 || !((c >= '0' && c <= '9') || c == '.' || c == '-')))
            return false;
    }
    return true;
}

/// No control character, quote, backslash or byte beyond ASCII.
inline bool is_tame(std::string_view text)
{
    for (const char c : text)
        if (c < 0x20 || c > 0x7e || c == '\'' || c == '"' || c == '\\' || c == '`')
            return false;
    return true;
}

inline std::vector<std::string_view> split(std::string_view text, char at)
{
    std::vector<std::string_view> out;
    while (true) {
        const auto end = text.find(at);
        out.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return out;
        text.remove_prefix(end + 1);
    }
}

/// What stands before the first `at`, and takes it off the text.
inline std::string_view cut(std::string_view& text, char at)
{
    const auto end = text.find(at);
    const auto before = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return before;
}

} // namespace site::fuzz
