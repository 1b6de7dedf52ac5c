#pragma once

#include "config/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace site::test {

/// The least that loads. Tests append to it (the cluster is the open section) or replace a piece.
inline const std::string sample = R"(portals:
  - name: main
    url: https://portal.example.org/
    identifier: brics
    token_file: /etc/site-agent/token
clusters:
  - name: c1
    portal: main
    allocations: {offerings: [6b3f2a1c-58d0-4e7b-9c41-0d2e8f6a7b15]}
    plugins: [slurm]
    slurm: {}
)";
constexpr int sample_lines = 11;

/// The sample with one piece replaced; the piece must be there.
inline std::string sample_with(std::string_view piece, std::string_view by)
{
    auto out = sample;
    const auto at = out.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    return at == std::string::npos ? out : out.replace(at, piece.size(), by);
}

inline std::vector<std::string> texts(const std::vector<Problem>& problems)
{
    std::vector<std::string> out;
    for (const auto& problem : problems)
        out.push_back(text(problem));
    return out;
}

inline std::vector<std::string> problems_of(const std::string& yaml)
{
    return texts(parse_config(yaml, "a.yaml").problems);
}

/// The configuration of a file that must be good.
inline Config good(const std::string& yaml)
{
    auto loaded = parse_config(yaml, "a.yaml");
    EXPECT_THAT(texts(loaded.problems), testing::IsEmpty());
    return loaded.config;
}

} // namespace site::test
