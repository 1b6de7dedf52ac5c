#include "uuid.hpp"

#include <cstdint>
#include <mutex>
#include <random>

namespace site {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::string hex(std::uint64_t high, std::uint64_t low)
{
    high = (high & ~0xf000ULL) | 0x4000; // version 4
    low = (low & ~(3ULL << 62)) | (2ULL << 62); // RFC 4122 variant
    std::string text;
    for (const auto half : { high, low })
        for (int shift = 60; shift >= 0; shift -= 4)
            text += digits[(half >> shift) & 15];
    return text;
}

/// FNV-1a, started at `seed`: any spread will do, nothing here is secret.
std::uint64_t hash(std::string_view text, std::uint64_t seed)
{
    for (const char c : text)
        seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    return seed;
}

} // namespace

std::optional<std::string> uuid_from(std::string_view text)
{
    if (text.size() != 32 && text.size() != 36)
        return std::nullopt;
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (text.size() == 36 && (at == 8 || at == 13 || at == 18 || at == 23)) {
            if (c != '-')
                return std::nullopt;
            continue;
        }
        const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
        if (digits.find(lower) == std::string_view::npos)
            return std::nullopt;
        plain += lower;
    }
    return plain;
}

std::string with_dashes(std::string_view hex)
{
    std::string text;
    for (std::size_t at = 0; at < hex.size(); ++at) {
        if (at == 8 || at == 12 || at == 16 || at == 20)
            text += '-';
        text += hex[at];
    }
    return text;
}

std::string uuid_named(std::string_view name)
{
    const auto high = hash(name, 0xcbf29ce484222325ULL);
    return hex(high, hash(name, high ^ 0x9e3779b97f4a7c15ULL));
}

std::string uuid_random()
{
    static std::mutex mutex;
    static std::mt19937_64 engine { std::random_device {}() };
    const std::lock_guard lock(mutex);
    const auto high = engine();
    return hex(high, engine());
}

} // namespace site
