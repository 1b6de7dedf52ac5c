#pragma once

#include "store/evidence_check.hpp"
#include "store/journal.hpp"
#include "unit/store/store_fixture.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>
#include <vector>

namespace site::test {

inline Key account(const std::string& name)
{
    return { .kind = Kind::account, .cluster = c1, .name = Name(name) };
}

/// A journal with something of everything, and what can be done to it behind our back.
class EvidenceFixture : public testing::Test {
protected:
    /// Entries 1 to 3 in a batch: done, failed, open; a note; entry 4 open. The chain has 9 rows.
    void fill()
    {
        const Change rich { .action = Action::update,
            .effect = Effect::takes_away,
            .key = { .kind = Kind::association,
                .cluster = c1,
                .name = Name("brics.x"),
                .member = Name("mia.x"),
                .part = Name("gpu") },
            .fields = { { .field = Name("GrpJobs"), .before = Value(5), .after = Value(), .release = true },
                { .field = Name("qos"),
                    .before = Value(),
                    .after = Value(Name("5")),
                    .basis = Name("b=1") } },
            .reason = "association \"mia\" is gone",
            .needs = { account("brics.x") } };
        commit(*database_, [&](Transaction& transaction) {
            const auto ids = journal_.intend(transaction, "slurm", "apply by root", at(100),
                { rich, Change { .key = account("b") }, Change { .key = account("c") } });
            journal_.ran(transaction, ids, { "sacctmgr -i modify ...", "sacctmgr -i add ..." }, at(100));
        });
        commit(*database_, [&](Transaction& transaction) {
            journal_.settle(transaction, 1, Outcome::done, "", at(200));
            journal_.settle(transaction, 2, Outcome::failed, "no such account", at(200));
            journal_.note(transaction, "allowance", "root", "taking-away of plan 1234", at(201));
        });
        commit(*database_, [&](Transaction& transaction) {
            journal_.intend(transaction, "slurm", "run", at(300), { Change { .key = account("d") } });
        });
    }

    void settle(std::int64_t id, Outcome outcome, std::string_view said, Instant when)
    {
        commit(*database_,
            [&](Transaction& transaction) { journal_.settle(transaction, id, outcome, said, when); });
    }

    /// What verification finds: `SEQ: what`, or nothing.
    std::string wrong(const std::optional<ChainHead>& known = std::nullopt)
    {
        const auto check = check_chain(*database_, known);
        if (!check)
            return "error: " + check.error().text;
        return check->fault ? std::to_string(check->fault->seq) + ": " + check->fault->what : std::string {};
    }

    /// Carries out SQL as somebody with the file would who knows our triggers.
    void tamper(const std::string& statements)
    {
        const auto done = database_->read("tampering", [&](SQLite::Database& sql) {
            const auto protection = without_protection(sql);
            sql.exec(statements);
            sql.exec(protection);
        });
        ASSERT_TRUE(done) << done.error().text;
    }

    /// What verification finds after such SQL, which is undone again.
    std::string wrong_after(const std::string& statements)
    {
        std::string found;
        const auto done = database_->commit("tampering", [&](Transaction& transaction) {
            (void)without_protection(transaction.sql());
            transaction.sql().exec(statements);
            found = wrong();
            throw SQLite::Exception("undo");
        });
        EXPECT_EQ(done.error().text, "tampering: undo") << statements;
        return found;
    }

    struct Cell {
        std::string column;
        std::string alteration;
    };

    /// An alteration for each column of each row of the tables.
    std::vector<Cell> all_cells(const std::vector<std::string>& tables)
    {
        std::vector<Cell> cells;
        const auto done = database_->read("looking at the tables", [&](SQLite::Database& sql) {
            for (const auto& table : tables) {
                std::vector<std::string> columns;
                std::string key;
                SQLite::Statement of_table(sql, "SELECT name, pk FROM pragma_table_info('" + table + "')");
                while (of_table.executeStep()) {
                    columns.push_back(of_table.getColumn(0).getString());
                    if (of_table.getColumn(1).getInt() > 0)
                        key += (key.empty() ? "" : ", ") + columns.back();
                }
                SQLite::Statement rows(sql, "SELECT " + key + " FROM " + table);
                while (rows.executeStep()) {
                    std::string values;
                    for (int i = 0; i < rows.getColumnCount(); ++i)
                        values += (i == 0 ? "" : ", ") + rows.getColumn(i).getString();
                    for (const auto& column : columns)
                        cells.push_back({ column,
                            "UPDATE " + table + " SET " + column + " = CASE typeof(" + column
                                + ") WHEN 'text' THEN " + column + " || 'x' WHEN 'null' THEN 77 ELSE "
                                + column + " + 1000 END WHERE (" + key + ") = (" + values + ")" });
                }
            }
        });
        EXPECT_TRUE(done) << done.error().text;
        return cells;
    }

    std::unique_ptr<Database> database_ = memory();
    Journal journal_ { *database_ };

private:
    /// Drops the triggers; what makes them again.
    static std::string without_protection(SQLite::Database& sql)
    {
        std::string made;
        std::string drop = "PRAGMA defer_foreign_keys = ON;";
        SQLite::Statement triggers(sql, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
        while (triggers.executeStep()) {
            drop += "DROP TRIGGER " + triggers.getColumn(0).getString() + ";";
            made += triggers.getColumn(1).getString() + ";";
        }
        triggers.reset();
        sql.exec(drop);
        return made;
    }
};

} // namespace site::test
