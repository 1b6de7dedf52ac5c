#include "integration/usage/ledger_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

namespace site {

LedgerFile ledger_file(const std::filesystem::path& file)
{
    SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
    LedgerFile ledger;
    SQLite::Statement days(database, "SELECT day, read, whole FROM ledger_day ORDER BY day");
    while (days.executeStep()) {
        ledger.days.push_back({ days.getColumn(0).getInt64(), days.getColumn(1).getInt64() });
        ledger.incomplete += days.getColumn(2).getInt() == 0 ? 1 : 0;
    }
    SQLite::Statement rows(database,
        "SELECT date(day * 86400, 'unixepoch') || ' ' || month || ' ' || account || ' ' || user"
        " || ' node=' || node || ' cpu=' || cpu || ' gpu=' || gpu || ' memory=' || memory"
        " || ' billing=' || billing || ' jobs=' || jobs || ' wait=' || wait FROM ledger");
    while (rows.executeStep())
        ledger.lines.push_back(rows.getColumn(0).getString());
    std::sort(ledger.lines.begin(), ledger.lines.end());
    SQLite::Statement sums(database,
        "SELECT sum(jobs), min(sum(node), sum(cpu), sum(gpu), sum(memory), sum(billing)) FROM ledger");
    if (sums.executeStep()) {
        ledger.jobs = sums.getColumn(0).getInt64();
        ledger.least = sums.getColumn(1).getInt64();
    }
    return ledger;
}

} // namespace site
