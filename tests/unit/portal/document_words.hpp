#pragma once

#include "api/finding.hpp"
#include "model/time.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace site {

inline Day day(std::string_view text)
{
    return *parse_day(text);
}

/// What findings say, in their order.
inline std::vector<std::string> said(const std::vector<Finding>& findings)
{
    std::vector<std::string> out;
    for (const auto& finding : findings)
        out.push_back(finding.subject + ": " + finding.text);
    return out;
}

/// Documents in tests/data, those that are taken and those that are not.
class Vectors {
public:
    explicit Vectors(const char* folder) : folder_(std::filesystem::path(SITE_TEST_DATA) / folder) { }

    [[nodiscard]] std::string text(const std::string& name) const
    {
        auto text = read_file(folder_ / (name + ".json"));
        EXPECT_FALSE(text.empty()) << name;
        return text;
    }
    /// Names that begin so.
    [[nodiscard]] std::vector<std::string> that(const std::string& begin) const
    {
        std::vector<std::string> out;
        for (const auto& file : std::filesystem::directory_iterator(folder_))
            if (const auto name = file.path().stem().string(); name.starts_with(begin))
                out.push_back(name);
        return out;
    }

private:
    std::filesystem::path folder_;
};

} // namespace site
