#pragma once

#include "model/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace site {

/// 128 bits. The portal writes them as 32 hex digits or with dashes, differently by field and server.
class Uuid {
public:
    Uuid() = default; ///< all zero: none

    /// Both spellings, either case; anything else is invalid.
    static Result<Uuid> parse(std::string_view text);

    /// 32 lower-case hex digits.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool is_nil() const { return *this == Uuid {}; }

    friend bool operator==(const Uuid&, const Uuid&) = default;
    friend auto operator<=>(const Uuid&, const Uuid&) = default;

private:
    std::array<std::uint8_t, 16> bytes_ {};
    friend struct std::hash<Uuid>;
};

} // namespace site

template <> struct std::hash<site::Uuid> {
    std::size_t operator()(const site::Uuid& uuid) const noexcept
    {
        std::size_t value = 0;
        for (const auto byte : uuid.bytes_)
            value = value * 131 + byte;
        return value;
    }
};
