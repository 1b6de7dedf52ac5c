#include "store/allowances.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

namespace site {

Result<std::vector<Allowance>> Allowances::load(Name cluster, Instant now) const
{
    std::vector<Allowance> found;
    auto done = database_.read("reading the allowances", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::allowances_of);
        with(query, cluster, now);
        while (query.executeStep()) {
            Columns row(query);
            const auto id = row.number();
            if (found.empty() || found.back().id != id)
                found.emplace_back().id = id;
            auto& allowance = found.back();
            allowance.guard = row.text();
            allowance.plan = row.text();
            allowance.by = row.text();
            allowance.at = row.instant();
            allowance.until = row.instant();
            if (row.null())
                continue;
            auto plugin = row.text();
            allowance.changes.emplace(std::move(plugin), row.text());
        }
    });
    if (!done)
        return done.error();
    return found;
}

std::int64_t Allowances::add(Transaction& transaction, Name cluster, const Allowance& allowance)
{
    run(prepared(transaction, sql::allowance_add), cluster, allowance.guard, allowance.plan, allowance.by,
        allowance.at, allowance.until);
    const auto id = transaction.sql().getLastInsertRowid();
    auto& add_change = prepared(transaction, sql::allowance_add_change);
    for (const auto& [plugin, change] : allowance.changes)
        run(add_change, id, plugin, change);
    return id;
}

void Allowances::use(Transaction& transaction, std::int64_t id, const AllowedChange& change)
{
    run(prepared(transaction, sql::allowance_drop_change), id, change.first, change.second);
}

void Allowances::drop(Transaction& transaction, std::int64_t id)
{
    run(prepared(transaction, sql::allowance_drop), id);
}

void Allowances::drop_old(Transaction& transaction, Name cluster, Instant now)
{
    run(prepared(transaction, sql::allowance_drop_old), cluster, now);
}

} // namespace site
