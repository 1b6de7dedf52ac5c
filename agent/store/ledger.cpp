#include "store/ledger.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

namespace site {
namespace {

/// UTC days that may hold something of a billing month, whatever the zone: one more at each end.
struct DaySpan {
    explicit DaySpan(Month month)
        : first(Day { month / 1 } - std::chrono::days { 1 }),
          last(Day { (month + std::chrono::months { 1 }) / 1 })
    {
    }
    Day first;
    Day last;
};

Spent spent_of(Columns& row)
{
    return { .node_seconds = row.count(),
        .cpu_seconds = row.count(),
        .gpu_seconds = row.count(),
        .memory_mb_seconds = row.count(),
        .billing_seconds = row.count() };
}

} // namespace

void Ledger::replace_day(
    Transaction& transaction, Name cluster, const LedgerDay& day, std::span<const LedgerRow> rows)
{
    run(prepared(transaction, sql::ledger_drop), cluster, day.day);
    run(prepared(transaction, sql::ledger_put_day), cluster, day.day, day.read, day.whole, day.final,
        day.job_rows, day.unreadable);
    auto& add = prepared(transaction, sql::ledger_add);
    for (const auto& row : rows) {
        const auto& spent = row.spent;
        run(add, cluster, day.day, row.month, row.account, row.user, spent.node_seconds, spent.cpu_seconds,
            spent.gpu_seconds, spent.memory_mb_seconds, spent.billing_seconds, row.jobs, row.wait_seconds);
    }
}

Result<std::vector<LedgerDay>> Ledger::days(Name cluster, Day from, Day to) const
{
    std::vector<LedgerDay> found;
    auto done = database_.read("reading the ledger's days", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::ledger_days);
        with(query, cluster, from, to);
        while (query.executeStep()) {
            Columns row(query);
            found.push_back({ .day = row.day(),
                .read = row.instant(),
                .whole = row.flag(),
                .final = row.flag(),
                .job_rows = row.count(),
                .unreadable = row.count() });
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<LedgerRow>> Ledger::month(Name cluster, Month month) const
{
    std::vector<LedgerRow> found;
    const DaySpan span(month);
    auto done = database_.read("reading the ledger of " + text(month), [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::ledger_month);
        with(query, cluster, span.first, span.last, month);
        while (query.executeStep()) {
            Columns row(query);
            found.push_back({ .day = Day { month / 1 },
                .month = month,
                .account = row.name(),
                .user = row.name(),
                .spent = spent_of(row),
                .jobs = row.count(),
                .wait_seconds = row.count() });
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<LedgerRow>> Ledger::by_day(Name cluster, Day from, Day to) const
{
    std::vector<LedgerRow> found;
    auto done = database_.read("reading the ledger by day", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::ledger_by_day);
        with(query, cluster, from, to);
        while (query.executeStep()) {
            Columns row(query);
            const auto day = row.day();
            found.push_back({ .day = day,
                .month = month_of(Instant { day }),
                .account = row.name(),
                .user = row.name(),
                .spent = spent_of(row),
                .jobs = row.count(),
                .wait_seconds = row.count() });
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::map<Name, Spent>> Ledger::spent(Name cluster, Month month) const
{
    std::map<Name, Spent> found;
    const DaySpan span(month);
    auto done = database_.read("adding up the ledger of " + text(month), [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::ledger_spent);
        with(query, cluster, span.first, span.last, month);
        while (query.executeStep()) {
            Columns row(query);
            const auto account = row.name();
            found.emplace(account, spent_of(row));
        }
    });
    if (!done)
        return done.error();
    return found;
}

} // namespace site
