#pragma once

#include "model/name.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"
#include "store/database.hpp"

#include <fstream>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

namespace site::test {

/// A folder of its own, 0700, that goes with the object.
class TempFolder {
public:
    TempFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "site-store-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("no temporary folder");
        path_ = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder() { std::filesystem::remove_all(path_); }

    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline void write_file(const std::filesystem::path& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

inline std::string bytes_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return { std::istreambuf_iterator<char>(in), {} };
}

inline std::unique_ptr<Database> memory()
{
    return Database::open(":memory:", Database::Access::write).value();
}

/// Commits or fails the test.
inline void commit(Database& database, const std::function<void(Transaction&)>& work)
{
    const auto done = database.commit("testing", work);
    ASSERT_TRUE(done) << done.error().text;
}

constexpr Instant at(std::int64_t seconds)
{
    return Instant { Seconds { seconds } };
}

inline Uuid uuid(unsigned number)
{
    auto text = std::to_string(number);
    return Uuid::parse(std::string(32 - text.size(), '0') + text).value();
}

inline const Name c1 { "c1" };

} // namespace site::test
