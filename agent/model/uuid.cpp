#include "model/uuid.hpp"

namespace site {
namespace {

int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool dash_belongs_at(std::size_t position)
{
    return position == 8 || position == 13 || position == 18 || position == 23;
}

} // namespace

Result<Uuid> Uuid::parse(std::string_view text)
{
    const bool dashed = text.size() == 36;
    if (!dashed && text.size() != 32)
        return Error { Errc::invalid, "a uuid has 32 hex digits, with or without dashes" };
    Uuid uuid;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (dashed && dash_belongs_at(i)) {
            if (text[i] != '-')
                return Error { Errc::invalid, "a uuid has its dashes at fixed places" };
            continue;
        }
        const int value = digit(text[i]);
        if (value < 0)
            return Error { Errc::invalid, "a uuid has hex digits only" };
        auto& byte = uuid.bytes_[nibble / 2];
        byte = static_cast<std::uint8_t>(nibble % 2 == 0 ? value << 4 : byte | value);
        ++nibble;
    }
    return uuid;
}

std::string Uuid::text() const
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string out;
    out.reserve(32);
    for (const auto byte : bytes_) {
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

} // namespace site
