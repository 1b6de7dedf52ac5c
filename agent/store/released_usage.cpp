#include "store/released_usage.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

namespace site {

Result<std::set<Uuid>> ReleasedUsage::of(Name cluster, Month month) const
{
    std::set<Uuid> found;
    auto done = database_.read("reading which usage is released", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::released_of);
        with(query, cluster, month);
        while (query.executeStep())
            found.insert(Columns(query).uuid());
    });
    if (!done)
        return done.error();
    return found;
}

void ReleasedUsage::add(
    Transaction& transaction, Name cluster, Uuid resource, Month month, const std::string& by, Instant at)
{
    run(prepared(transaction, sql::released_put), cluster, resource, month, std::string_view(by), at);
}

void ReleasedUsage::drop(Transaction& transaction, Name cluster, Uuid resource, Month month)
{
    run(prepared(transaction, sql::released_drop), cluster, resource, month);
}

} // namespace site
