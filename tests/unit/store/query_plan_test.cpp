#include "store/schema.hpp"
#include "store/sql.hpp"

#include <gtest/gtest.h>

#include <string>

namespace site {
namespace {

std::string plan(SQLite::Database& sql, const char* query)
{
    std::string text;
    SQLite::Statement explain(sql, std::string("EXPLAIN QUERY PLAN ") + query);
    while (explain.executeStep())
        text += explain.getColumn(3).getString() + "\n";
    return text;
}

SQLite::Database empty()
{
    SQLite::Database sql(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    migrate(sql, migrations());
    return sql;
}

TEST(QueryPlan, NothingThatGrowsIsReadFromEndToEnd)
{
    auto sql = empty();
    for (const auto* query : sql::every) {
        const auto text = plan(sql, query);
        if (query == sql::outbox_rows)
            continue; // reads all of a table that is bounded
        if (query == sql::journal_first_open) { // an index with what is open alone
            EXPECT_NE(text.find("journal_open"), std::string::npos) << text;
            continue;
        }
        EXPECT_EQ(text.find("SCAN"), std::string::npos) << query << "\n" << text;
    }
}

TEST(QueryPlan, WhatIsOrderedIsReadInTheOrderOfAnIndex)
{
    auto sql = empty();
    for (const auto* query :
        { sql::journal_open, sql::journal_since, sql::journal_unsettled_since, sql::journal_of_name,
            sql::journal_unsettled_of_name, sql::journal_of_user, sql::journal_unsettled_of_user,
            sql::evidence_walk, sql::evidence_after, sql::evidence_last_outcome, sql::evidence_commands,
            sql::evidence_standing, sql::outbox_rows, sql::storage_levels_of, sql::storage_days_of_month,
            sql::storage_volumes_of, sql::ledger_month_by_day }) {
        const auto text = plan(sql, query);
        EXPECT_EQ(text.find("TEMP B-TREE"), std::string::npos) << query << "\n" << text;
    }
    EXPECT_NE(plan(sql, sql::journal_open).find("journal_open"), std::string::npos);
    EXPECT_NE(plan(sql, sql::journal_unsettled_since).find("journal_unsettled"), std::string::npos);
    EXPECT_NE(plan(sql, sql::journal_of_name).find("journal_by_name"), std::string::npos);
    EXPECT_NE(plan(sql, sql::journal_unsettled_of_user).find("journal_by_member"), std::string::npos);
    EXPECT_NE(plan(sql, sql::evidence_last_outcome).find("evidence_by_entry"), std::string::npos);
    EXPECT_NE(plan(sql, sql::evidence_commands).find("evidence_commands"), std::string::npos);
    EXPECT_NE(
        plan(sql, sql::ledger_by_day).find("PRIMARY KEY (cluster=? AND day>? AND day<?)"), std::string::npos);
    EXPECT_NE(plan(sql, sql::journal_drop_older).find("INTEGER PRIMARY KEY (rowid<?)"), std::string::npos);
}

} // namespace
} // namespace site
