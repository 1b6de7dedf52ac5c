#include "storage_quota/fields.hpp"

namespace site {

const StorageFields& storage_fields()
{
    static const StorageFields fields;
    return fields;
}

std::string mode_text(std::uint32_t mode)
{
    std::string text = "0000";
    for (std::size_t digit = 4; digit-- > 0; mode >>= 3)
        text[digit] = static_cast<char>('0' + (mode & 7));
    return text;
}

} // namespace site
