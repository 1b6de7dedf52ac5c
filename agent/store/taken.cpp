#include "store/taken.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

namespace site {

Result<std::set<PluginKey>> Taken::since(Name cluster, Instant from) const
{
    std::set<PluginKey> found;
    auto done = database_.read("reading what was taken away lately", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::taken_since);
        with(query, cluster, from);
        while (query.executeStep()) {
            Columns row(query);
            auto plugin = row.text();
            const Key key { .kind = row.kind(),
                .cluster = cluster,
                .name = row.name(),
                .member = row.name(),
                .part = row.name() };
            found.emplace(std::move(plugin), key);
        }
    });
    if (!done)
        return done.error();
    return found;
}

void Taken::add(Transaction& transaction, const PluginKey& taken, Instant at)
{
    const auto& [plugin, key] = taken;
    run(prepared(transaction, sql::taken_put), key.cluster, plugin, key.kind, key.name, key.member, key.part,
        at);
}

void Taken::drop_old(Transaction& transaction, Name cluster, Instant until)
{
    run(prepared(transaction, sql::taken_drop_old), cluster, until);
}

} // namespace site
