#include "model/storage_size.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <random>
#include <vector>

namespace site {
namespace {

constexpr std::uint64_t kibi = 1024;

TEST(StorageSize, IsWrittenAsTheReferenceWritesIt)
{
    const std::pair<std::uint64_t, const char*> rows[]
        = { { 0, "0 B" }, { 1023, "1023 B" }, { 1024, "1024 B" }, { 1025, "1.00 KB" }, { 1536, "1.50 KB" },
              { 1048575, "1024.00 KB" }, { 1048576, "1024.00 KB" }, { 1048577, "1.00 MB" },
              { 123456789, "117.74 MB" }, { 1073741824, "1024.00 MB" }, { 1073741825, "1.00 GB" },
              { 107374182400, "100.00 GB" }, { 999999999999, "931.32 GB" }, { 1099511627776, "1024.00 GB" },
              { 1099511627777, "1.00 TB" }, { 5497558138880, "5.00 TB" }, { 1125899906842624, "1024.00 TB" },
              { 18446744073709551615U, "16384.00 PB" } };
    for (const auto& [bytes, text] : rows)
        EXPECT_EQ(storage_text(bytes), text) << bytes;
}

TEST(StorageSize, IsReadInAnySpellingThatIsNoAccident)
{
    const std::pair<const char*, std::uint64_t> rows[] = { { "5 TB", 5497558138880 },
        { "5TB", 5497558138880 }, { "5.00 tb", 5497558138880 }, { "1.2 TB", 1319413953331 }, { "0 B", 0 },
        { "100 bytes", 100 }, { "  7 Kilobytes ", 7 * kibi }, { "1 MEGABYTES", kibi * kibi },
        { "0.5 GB", 536870912 }, { "1 PB", 1125899906842624 },
        { "99999999 PB", std::numeric_limits<std::uint64_t>::max() }, { "1024.00 TB", 1125899906842624 } };
    for (const auto& [text, bytes] : rows) {
        const auto read = parse_storage(text);
        ASSERT_TRUE(read) << text << ": " << read.error().text;
        EXPECT_EQ(*read, bytes) << text;
    }
    for (const auto* text : { "5 TiB", "5T", "5", "-5 GB", "5e3 GB", "1.2.3 GB", "GB", "", "1G2B",
             "unlimited", ".5 GB", "5. GB", "5 GB 3", "0x5 GB", "inf GB", "nan GB", "5\0GB", "\xff 5 GB" })
        EXPECT_FALSE(parse_storage(text)) << text;
}

TEST(StorageSize, ANumberBeyondADoubleIsTheMostThereIsAndNeverZero)
{
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    const std::string nines(400, '9');
    const std::string zeros(400, '0');
    EXPECT_EQ(*parse_storage(nines + " B"), most);
    EXPECT_EQ(*parse_storage(nines + ".5 PB"), most);
    EXPECT_EQ(*parse_storage(zeros + "1" + nines + " KB"), most);
    EXPECT_EQ(*parse_storage(zeros + "7 KB"), 7 * kibi);
    EXPECT_EQ(*parse_storage("0." + zeros + "1 PB"), 0U);
    EXPECT_EQ(*parse_storage("18446744073709551615 B"), most);
    EXPECT_EQ(*parse_storage("16384.00 PB"), most);
}

TEST(StorageSize, ALimitIsASizeOrUnlimited)
{
    for (const auto* text : { "unlimited", "Unlimited", " UNLIMITED " }) {
        const auto read = parse_storage_limit(text);
        ASSERT_TRUE(read) << text;
        EXPECT_FALSE(*read);
    }
    EXPECT_EQ(*parse_storage_limit("2tb"), 2199023255552U);
    EXPECT_EQ(*parse_storage_limit("0 B"), 0U); // a limit of nothing is not unlimited
    EXPECT_FALSE(parse_storage_limit("none"));
    EXPECT_EQ(storage_limit_text({}), "unlimited");
    EXPECT_EQ(storage_limit_text(0), "0 B");
}

struct Shown {
    std::string digits;
    std::string unit;
    unsigned shift; ///< the unit is 2 to this
};

/// Text taken apart; the unit's size stands here a second time on purpose.
Shown shown(const std::string& text)
{
    const auto blank = text.find(' ');
    const auto unit = text.substr(blank + 1);
    const std::map<std::string, unsigned> shifts { { "B", 0 }, { "KB", 10 }, { "MB", 20 }, { "GB", 30 },
        { "TB", 40 }, { "PB", 50 } };
    return { text.substr(0, blank), unit, shifts.at(unit) };
}

/// Two decimals by whole numbers only; of two that are as near, the even one.
std::string exact_digits(std::uint64_t bytes, unsigned shift)
{
    const auto unit = std::uint64_t { 1 } << shift;
    const auto scaled = (bytes % unit) * 100; // below 2^57
    auto hundredths = scaled >> shift;
    const auto rest = scaled % unit;
    if (rest > unit / 2 || (rest == unit / 2 && hundredths % 2 == 1))
        ++hundredths;
    char digits[32];
    std::snprintf(digits, sizeof digits, "%ju.%02ju",
        static_cast<std::uintmax_t>(bytes / unit + hundredths / 100),
        static_cast<std::uintmax_t>(hundredths % 100));
    return digits;
}

std::string printed_digits(std::uint64_t bytes, unsigned shift)
{
    char digits[64];
    std::snprintf(
        digits, sizeof digits, "%.2f", std::ldexp(static_cast<double>(bytes), -static_cast<int>(shift)));
    return digits;
}

std::vector<std::uint64_t> values_of_every_size()
{
    std::mt19937_64 random(4711);
    std::vector<std::uint64_t> values { 0, std::numeric_limits<std::uint64_t>::max() };
    for (int i = 0; i < 40'000; ++i)
        values.push_back(random() >> (random() % 64));
    // An eighth of a unit ends in 5 at the third decimal: as near to one as to the other.
    for (unsigned shift = 10; shift <= 50; shift += 10)
        for (int i = 0; i < 2000; ++i)
            values.push_back((1 + random() % 8000) << (shift - 3));
    for (unsigned shift = 10; shift <= 60; shift += 10)
        for (int off = -3; off <= 3; ++off)
            values.push_back((std::uint64_t { 1 } << shift) + static_cast<std::uint64_t>(off));
    return values;
}

TEST(StorageSize, HasTheDigitsOfADoubleWhichAreExactUpTo8PiB)
{
    for (const auto bytes : values_of_every_size()) {
        const auto text = shown(storage_text(bytes));
        if (text.shift == 0) {
            EXPECT_EQ(text.digits, std::to_string(bytes));
            continue;
        }
        EXPECT_EQ(text.digits, printed_digits(bytes, text.shift)) << bytes;
        if (bytes <= std::uint64_t { 1 } << 53) {
            EXPECT_EQ(text.digits, exact_digits(bytes, text.shift)) << bytes;
        }
    }
}

/// A double does not hold the last byte of 9.125 PB and one byte, so the reference sees a tie and
/// writes 9.12. Ours must be the reference's digits, though 9.13 is nearer.
TEST(StorageSize, HasTheReferencesDigitsWhereADoubleIsNotExact)
{
    constexpr auto bytes = (std::uint64_t { 9 } << 50) + (std::uint64_t { 1 } << 47) + 1;
    EXPECT_EQ(exact_digits(bytes, 50), "9.13");
    EXPECT_EQ(printed_digits(bytes, 50), "9.12");
    EXPECT_EQ(storage_text(bytes), "9.12 PB");
}

TEST(StorageSize, TheUpperBoundOfAUnitBelongsToIt)
{
    const char* const names[] = { "B", "KB", "MB", "GB", "TB", "PB" };
    EXPECT_EQ(storage_text(kibi), "1024 B");
    for (unsigned unit = 1; unit < 5; ++unit) {
        const auto edge = std::uint64_t { 1 } << (10 * (unit + 1));
        EXPECT_EQ(storage_text(edge - 1), std::string("1024.00 ") + names[unit]);
        EXPECT_EQ(storage_text(edge), std::string("1024.00 ") + names[unit]);
        EXPECT_EQ(storage_text(edge + 1), std::string("1.00 ") + names[unit + 1]);
    }
    EXPECT_EQ(storage_text(std::uint64_t { 1 } << 60), "1024.00 PB"); // no unit beyond
    EXPECT_EQ(storage_text((std::uint64_t { 1 } << 60) + (std::uint64_t { 1 } << 50)), "1025.00 PB");
}

/// Half of the last digit, and the byte that reading cuts off. Below 2^53 all of it is exact in a double.
TEST(StorageSize, ReadAgainIsOffByHalfOfTheLastDigitAtMost)
{
    for (const auto bytes : values_of_every_size()) {
        const auto text = storage_text(bytes);
        const auto back = parse_storage(text);
        ASSERT_TRUE(back) << text;
        const auto shift = shown(text).shift;
        if (shift == 0) {
            EXPECT_EQ(*back, bytes);
            continue;
        }
        const auto off = *back > bytes ? *back - bytes : bytes - *back;
        const auto unit = std::uint64_t { 1 } << shift;
        const std::uint64_t slack
            = bytes > std::uint64_t { 1 } << 53 ? 1 << 11 : 1; // 2^11: of a double near 2^64
        EXPECT_LE(off, unit / 200 + slack) << bytes << " " << text;
    }
}

TEST(HumanBytes, AreShort)
{
    EXPECT_EQ(human_bytes(0), "0 B");
    EXPECT_EQ(human_bytes(1023), "1023 B");
    EXPECT_EQ(human_bytes(1024), "1.0 KiB");
    EXPECT_EQ(human_bytes(1536), "1.5 KiB");
    EXPECT_EQ(human_bytes((1 << 20) - 1), "1.0 MiB");
    EXPECT_EQ(human_bytes(150UL << 40), "150 TiB");
    EXPECT_EQ(human_bytes(std::numeric_limits<std::uint64_t>::max()), "16.0 EiB");
}

} // namespace
} // namespace site
