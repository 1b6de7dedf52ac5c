#include "model/name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace site {
namespace {

TEST(Name, IsTheSameForTheSameTextAndSortsByText)
{
    EXPECT_EQ(Name { "a" }, Name { "a" });
    EXPECT_NE(Name { "a" }, Name { "b" });
    EXPECT_LT(Name { "a" }, Name { "b" });
    EXPECT_TRUE(Name {}.empty());
    EXPECT_EQ(Name {}, Name { "" });
}

TEST(Name, MayBeMadeByManyThreadsAtOnce)
{
    std::vector<std::vector<Name>> made(4);
    std::vector<std::thread> threads;
    for (auto& names : made)
        threads.emplace_back([&names] {
            for (int i = 0; i < 1000; ++i)
                names.emplace_back("shared" + std::to_string(i));
        });
    for (auto& thread : threads)
        thread.join();
    for (const auto& names : made)
        EXPECT_EQ(names, made[0]);
}

} // namespace
} // namespace site
