#include "store/ownership_store.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <optional>

namespace site {
namespace {

std::int64_t put_record(
    Transaction& transaction, std::string_view plugin, const Key& key, bool made, Instant since)
{
    auto& put = prepared(transaction, sql::owned_put);
    with(put, plugin, key.cluster, key.kind, key.name, key.member, key.part, made, since);
    put.executeStep();
    const auto id = Columns(put).number();
    put.reset();
    return id;
}

std::optional<std::int64_t> find_record(Transaction& transaction, std::string_view plugin, const Key& key)
{
    auto& find = prepared(transaction, sql::owned_find);
    with(find, plugin, key.cluster, key.kind, key.name, key.member, key.part);
    std::optional<std::int64_t> id;
    if (find.executeStep())
        id = Columns(find).number();
    find.reset();
    return id;
}

void put_field(Transaction& transaction, std::int64_t record, const FieldChange& field, Instant since)
{
    run(prepared(transaction, sql::owned_put_field), record, field.field, field.after, field.before,
        field.basis, since);
}

void drop_field(Transaction& transaction, std::int64_t record, Name field)
{
    run(prepared(transaction, sql::owned_drop_field), record, field);
    run(prepared(transaction, sql::owned_drop_hollow), record);
}

void settled_create(Transaction& transaction, std::string_view plugin, const Change& change, Instant at)
{
    const auto record = put_record(transaction, plugin, change.key, true, at);
    run(prepared(transaction, sql::owned_drop_fields), record); // of one that vanished before
    for (const auto& field : change.fields)
        put_field(transaction, record, field, at);
}

void settled_update(Transaction& transaction, std::string_view plugin, const Change& change, Instant at)
{
    for (const auto& field : change.fields) {
        if (!field.release) {
            put_field(transaction, put_record(transaction, plugin, change.key, false, at), field, at);
            continue;
        }
        if (const auto record = find_record(transaction, plugin, change.key))
            drop_field(transaction, *record, field.field);
    }
}

} // namespace

Result<Ownership> OwnershipStore::load(std::string_view plugin, Name cluster) const
{
    Ownership ownership;
    auto done = database_.read("reading what is ours", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::owned_load);
        with(query, plugin, cluster);
        std::int64_t last = 0;
        Owned* owned = nullptr;
        while (query.executeStep()) {
            Columns row(query);
            const auto id = row.number();
            const Key key { .kind = row.kind(),
                .cluster = cluster,
                .name = row.name(),
                .member = row.name(),
                .part = row.name() };
            if (!owned || id != last)
                owned = &ownership[key];
            last = id;
            owned->record = row.flag();
            if (!row.null())
                owned->fields.push_back(
                    { .field = row.name(), .ours = row.value(), .before = row.value(), .basis = row.name() });
        }
    });
    if (!done)
        return done.error();
    return ownership;
}

void OwnershipStore::settled(
    Transaction& transaction, std::string_view plugin, const Change& change, Instant at)
{
    switch (change.action) {
    case Action::create:
        return settled_create(transaction, plugin, change, at);
    case Action::update:
        return settled_update(transaction, plugin, change, at);
    case Action::remove:
        return forget(transaction, plugin, change.key);
    }
}

void OwnershipStore::forget(Transaction& transaction, std::string_view plugin, const Key& key)
{
    if (const auto record = find_record(transaction, plugin, key))
        run(prepared(transaction, sql::owned_drop), *record);
}

void OwnershipStore::forget_field(
    Transaction& transaction, std::string_view plugin, const Key& key, Name field)
{
    if (const auto record = find_record(transaction, plugin, key))
        drop_field(transaction, *record, field);
}

} // namespace site
