#include "store/schema.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace site {
namespace {

SQLite::Database empty()
{
    return { ":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE };
}

TEST(Schema, StepsAreNumberedFromOneUpwards)
{
    std::int64_t before = 0;
    for (const auto& step : migrations()) {
        EXPECT_GT(step.version, before);
        before = step.version;
    }
    EXPECT_EQ(migrations().front().version, 1);
}

TEST(Schema, MigrationCarriesOutOnlyTheStepsAbove)
{
    auto sql = empty();
    std::vector<Migration> steps { { 1, "CREATE TABLE a (x); INSERT INTO a VALUES (1)" } };
    migrate(sql, steps);
    steps.push_back({ 2, "UPDATE a SET x = x + 1" });
    migrate(sql, steps);
    migrate(sql, steps);
    EXPECT_EQ(version_of(sql), 2);
    EXPECT_EQ(sql.execAndGet("SELECT x FROM a").getInt(), 2);
}

TEST(Schema, AStepThatFailsLeavesTheFileAtTheOneBefore)
{
    auto sql = empty();
    const std::vector<Migration> steps { { 1, "CREATE TABLE a (x)" },
        { 2, "INSERT INTO a VALUES (7); INSERT INTO nowhere VALUES (1)" } };
    EXPECT_THROW(migrate(sql, steps), SQLite::Exception);
    EXPECT_EQ(version_of(sql), 1);
    EXPECT_EQ(sql.execAndGet("SELECT count(*) FROM a").getInt(), 0);
}

TEST(Schema, Format5AddsTheTablesOfVolumesAndLeavesWhatFormat4Had)
{
    auto sql = empty();
    const std::vector<Migration> format_4(migrations().begin(), migrations().begin() + 4);
    migrate(sql, format_4);
    ASSERT_EQ(version_of(sql), 4);
    ASSERT_FALSE(sql.tableExists("storage_level"));
    sql.exec("INSERT INTO resource VALUES ('c1', 'r1', 'OK', 1, 0, 0)");
    const std::vector<Migration> format_5(migrations().begin(), migrations().begin() + 5);
    migrate(sql, format_5);
    EXPECT_EQ(version_of(sql), 5);
    for (const auto* table : { "storage_level", "storage_day", "storage_volume", "resource_limit" })
        EXPECT_EQ(sql.execAndGet("SELECT count(*) FROM " + std::string(table)).getInt(), 0) << table;
    EXPECT_EQ(sql.execAndGet("SELECT uuid || state || paused FROM resource").getString(), "r1OK1");
}

TEST(Schema, Format6KeepsTheDaysOfFormat5WithoutJobsThatRunOn)
{
    auto sql = empty();
    const std::vector<Migration> format_5(migrations().begin(), migrations().begin() + 5);
    migrate(sql, format_5);
    sql.exec("INSERT INTO ledger_day VALUES ('c1', 20000, 1, 1, 1, 7, 0)");
    migrate(sql, std::vector<Migration>(migrations().begin(), migrations().begin() + 6));
    EXPECT_EQ(version_of(sql), 6);
    EXPECT_EQ(sql.execAndGet("SELECT job_rows || carried FROM ledger_day").getString(), "70");
    for (const auto* table : { "ledger_tres", "carried_job", "ledger_correction", "released_usage" })
        EXPECT_EQ(sql.execAndGet("SELECT count(*) FROM " + std::string(table)).getInt(), 0) << table;
}

TEST(Schema, Format7RemembersNobodyYet)
{
    auto sql = empty();
    migrate(sql, std::vector<Migration>(migrations().begin(), migrations().begin() + 6));
    sql.exec("INSERT INTO known_allocation (cluster, uuid, resource, name, identifier, local_group, customer,"
             " customer_name) VALUES ('c1', 'u', 'r', 'n', 'a.b', 'g', 'c', 'C')");
    migrate(sql, migrations());
    EXPECT_EQ(version_of(sql), 7);
    EXPECT_EQ(sql.execAndGet("SELECT count(*) FROM departed").getInt(), 0);
    EXPECT_EQ(sql.execAndGet("SELECT count(*) FROM known_allocation").getInt(), 1);
}

TEST(Schema, VitalTablesExist)
{
    auto sql = empty();
    migrate(sql, migrations());
    for (const auto* table : vital_tables())
        EXPECT_TRUE(sql.tableExists(table)) << table;
}

} // namespace
} // namespace site
