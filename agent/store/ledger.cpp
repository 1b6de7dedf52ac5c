#include "store/ledger.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <map>
#include <string_view>
#include <tuple>
#include <utility>

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
    run(prepared(transaction, sql::ledger_tres_drop), cluster, day.day);
    run(prepared(transaction, sql::ledger_put_day), cluster, day.day, day.read, day.whole, day.final,
        day.job_rows, day.unreadable, day.carried);
    auto& add = prepared(transaction, sql::ledger_add);
    auto& add_tres = prepared(transaction, sql::ledger_tres_add);
    for (const auto& row : rows) {
        const auto& spent = row.spent;
        run(add, cluster, day.day, row.month, row.account, row.user, spent.node_seconds, spent.cpu_seconds,
            spent.gpu_seconds, spent.memory_mb_seconds, spent.billing_seconds, row.jobs, row.wait_seconds);
        for (const auto& [tres, amount] : spent.extra)
            run(add_tres, cluster, day.day, row.month, row.account, row.user, tres, amount);
    }
}

void Ledger::carry(Transaction& transaction, Name cluster, Day day, std::span<const CarriedJob> jobs)
{
    run(prepared(transaction, sql::carried_drop), cluster, day - std::chrono::days { 1 });
    run(prepared(transaction, sql::carried_drop), cluster, day);
    auto& add = prepared(transaction, sql::carried_add);
    for (const auto& job : jobs)
        run(add, cluster, day, job.id, job.submit, job.booked);
}

Result<std::vector<CarriedJob>> Ledger::carried(Name cluster, Day day) const
{
    std::vector<CarriedJob> found;
    auto done = database_.read("reading the jobs that run on", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::carried_of);
        with(query, cluster, day);
        while (query.executeStep()) {
            Columns row(query);
            found.push_back({ .id = row.count(), .submit = row.instant(), .booked = row.count() });
        }
    });
    if (!done)
        return done.error();
    return found;
}

void Ledger::correct(Transaction& transaction, Name cluster, const Correction& correction)
{
    const auto& [node, cpu, gpu, memory, billing, extra] = correction.before;
    const auto& after = correction.after;
    run(prepared(transaction, sql::correction_add), cluster, correction.made, std::string_view(correction.by),
        std::string_view(correction.reason), correction.day, correction.month, correction.account,
        correction.user, node, cpu, gpu, memory, billing, after.node_seconds, after.cpu_seconds,
        after.gpu_seconds, after.memory_mb_seconds, after.billing_seconds);
}

Result<std::vector<Correction>> Ledger::corrections(Name cluster, std::size_t most) const
{
    std::vector<Correction> found;
    auto done = database_.read("reading corrections of the ledger", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::corrections_of);
        with(query, cluster, most);
        while (query.executeStep()) {
            Columns row(query);
            found.push_back({ .made = row.instant(),
                .by = row.text(),
                .reason = row.text(),
                .day = row.day(),
                .month = row.month(),
                .account = row.name(),
                .user = row.name(),
                .before = spent_of(row),
                .after = spent_of(row) });
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<LedgerRow>> Ledger::day(Name cluster, Day day) const
{
    std::vector<LedgerRow> found;
    auto done = database_.read("reading the ledger of " + text(day), [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::ledger_day_rows);
        with(query, cluster, day);
        while (query.executeStep()) {
            Columns row(query);
            found.push_back({ .day = day,
                .month = row.month(),
                .account = row.name(),
                .user = row.name(),
                .spent = spent_of(row),
                .jobs = row.count(),
                .wait_seconds = row.count() });
        }
        std::map<std::tuple<Month, Name, Name>, LedgerRow*> rows;
        for (auto& row : found)
            rows.emplace(std::tuple(row.month, row.account, row.user), &row);
        SQLite::Statement counts(database, sql::ledger_tres_day);
        with(counts, cluster, day);
        while (counts.executeStep()) {
            Columns row(counts);
            const auto month = row.month();
            const auto account = row.name();
            const auto user = row.name();
            const auto tres = row.name();
            if (const auto of = rows.find({ month, account, user }); of != rows.end())
                of->second->spent.extra.emplace(tres, row.count());
        }
    });
    if (!done)
        return done.error();
    return found;
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
                .unreadable = row.count(),
                .carried = row.flag() });
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
        std::map<std::pair<Name, Name>, LedgerRow*> rows;
        for (auto& row : found)
            rows.emplace(std::pair(row.account, row.user), &row);
        SQLite::Statement counts(database, sql::ledger_tres_month);
        with(counts, cluster, span.first, span.last, month);
        while (counts.executeStep()) {
            Columns row(counts);
            const auto account = row.name();
            const auto user = row.name();
            const auto tres = row.name();
            if (const auto of = rows.find({ account, user }); of != rows.end())
                of->second->spent.extra.emplace(tres, row.count());
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

Result<std::vector<LedgerRow>> Ledger::month_by_day(Name cluster, Month month) const
{
    std::vector<LedgerRow> found;
    const DaySpan span(month);
    auto done = database_.read(
        "reading the days of " + text(month) + " in the ledger", [&](SQLite::Database& database) {
            SQLite::Statement query(database, sql::ledger_month_by_day);
            with(query, cluster, span.first, span.last, month);
            while (query.executeStep()) {
                Columns row(query);
                found.push_back({ .day = row.day(),
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

} // namespace site
