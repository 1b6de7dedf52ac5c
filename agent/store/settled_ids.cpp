#include "store/settled_ids.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

namespace site {

Result<IdMemory> SettledIds::load(Name cluster) const
{
    IdMemory found;
    auto done = database_.read("reading the ids of groups and users", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::settled_ids_of);
        with(query, cluster);
        while (query.executeStep()) {
            Columns row(query);
            auto& ids = row.text() == "group" ? found.groups : found.users;
            const auto name = row.name();
            ids.emplace(name, static_cast<std::uint32_t>(row.number()));
        }
    });
    if (!done)
        return done.error();
    return found;
}

void SettledIds::save(Transaction& transaction, Name cluster, const IdMemory& ids, Instant now)
{
    auto& put = prepared(transaction, sql::settled_id_put);
    for (const auto& [name, id] : ids.groups)
        run(put, cluster, "group", name, std::int64_t { id }, now);
    for (const auto& [name, id] : ids.users)
        run(put, cluster, "user", name, std::int64_t { id }, now);
}

} // namespace site
