#include "store/storage_levels.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <limits>

namespace site {
namespace {

constexpr std::size_t longest_error = 1000;
constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> kept(const std::optional<std::uint64_t>& amount)
{
    return amount ? std::optional(static_cast<std::int64_t>(std::min(*amount, most))) : std::nullopt;
}

/// A limit of nothing at all, as the portal has one for zero, is the least that can be kept.
std::optional<std::int64_t> kept_limit(const std::optional<std::uint64_t>& limit)
{
    return limit ? std::optional(std::max<std::int64_t>(1, *kept(limit))) : std::nullopt;
}

std::optional<std::uint64_t> amount(Columns& row)
{
    const auto held = row.maybe_number();
    return held ? std::optional(static_cast<std::uint64_t>(*held)) : std::nullopt;
}

std::vector<StorageDay> read_days(SQLite::Statement& query)
{
    std::vector<StorageDay> found;
    while (query.executeStep()) {
        Columns row(query);
        StorageDay one;
        one.day = row.day();
        one.volume = row.text();
        one.level.holder.group = row.name();
        one.level.holder.user = row.name();
        one.read = row.instant();
        one.level.used_bytes = amount(row);
        one.level.used_files = amount(row);
        one.level.limit_bytes = amount(row);
        one.level.limit_files = amount(row);
        one.highest_bytes = row.count();
        found.push_back(std::move(one));
    }
    return found;
}

/// That UTC days may be filed under, whatever the portal's zone is or was.
struct BillingMonths {
    explicit BillingMonths(Day day)
        : same(month_of(Instant { day })), before(same - std::chrono::months { 1 }),
          after(same + std::chrono::months { 1 })
    {
    }
    Month same;
    Month before;
    Month after;
};

} // namespace

void StorageLevels::put(Transaction& transaction, Name cluster, const std::string& volume, Instant at,
    Seconds zone, std::span<const StorageLevel> levels)
{
    const auto day = day_of(at);
    const auto month = month_of(at, zone);
    const std::string_view of = volume;
    auto& whole = prepared(transaction, sql::storage_level_put);
    auto& limits = prepared(transaction, sql::storage_limits_put);
    auto& by_day = prepared(transaction, sql::storage_day_put);
    for (const auto& level : levels) {
        const auto limit = kept_limit(level.limit_bytes);
        const auto file_limit = kept_limit(level.limit_files);
        const auto used = kept(level.used_bytes);
        const auto files = kept(level.used_files);
        const auto& [group, user] = level.holder;
        if (!used) {
            run(limits, cluster, of, group, user, at, limit, file_limit);
            continue;
        }
        run(whole, cluster, of, group, user, at, at, used, files, limit, file_limit);
        run(by_day, cluster, month, day, of, group, user, at, used, files, limit, file_limit, used);
    }
    run(prepared(transaction, sql::storage_volume_read), cluster, of, at, at);
}

void StorageLevels::failed(
    Transaction& transaction, Name cluster, const std::string& volume, Instant at, const std::string& error)
{
    run(prepared(transaction, sql::storage_volume_failed), cluster, std::string_view(volume), at,
        beginning(error, longest_error));
}

Result<std::vector<StoredLevel>> StorageLevels::newest(Name cluster) const
{
    std::vector<StoredLevel> found;
    auto done = database_.read("reading the volumes' levels", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::storage_levels_of);
        with(query, cluster);
        while (query.executeStep()) {
            Columns row(query);
            StoredLevel one;
            one.volume = row.text();
            one.level.holder.group = row.name();
            one.level.holder.user = row.name();
            one.seen = row.instant();
            one.known = row.maybe_instant();
            one.level.used_bytes = amount(row);
            one.level.used_files = amount(row);
            one.level.limit_bytes = amount(row);
            one.level.limit_files = amount(row);
            found.push_back(std::move(one));
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<StorageDay>> StorageLevels::month(Name cluster, Month month) const
{
    std::vector<StorageDay> found;
    auto done = database_.read("reading the levels of " + text(month), [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::storage_days_of_month);
        with(query, cluster, month);
        found = read_days(query);
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<StorageDay>> StorageLevels::days(Name cluster, Day first, Day last) const
{
    std::vector<StorageDay> found;
    const BillingMonths of(first);
    auto done = database_.read("reading the levels from " + text(first), [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::storage_days_between);
        with(query, cluster, of.before, of.same, of.after, first, last);
        found = read_days(query);
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<StorageHolder>> StorageLevels::holders(Name cluster, Day first, Day last) const
{
    std::vector<StorageHolder> found;
    const BillingMonths of(first);
    auto done = database_.read("reading who has levels from " + text(first), [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::storage_holders_between);
        with(query, cluster, of.before, of.same, of.after, first, last);
        while (query.executeStep()) {
            Columns row(query);
            const auto group = row.name();
            found.push_back({ group, row.name() });
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<Month>> StorageLevels::months(Name cluster) const
{
    std::vector<Month> found;
    auto done = database_.read("reading the months of levels", [&](SQLite::Database& database) {
        // By the key from one month to the next, not through all rows.
        SQLite::Statement query(database, sql::storage_month_after);
        with(query, cluster, 0);
        while (query.executeStep()) {
            found.push_back(Columns(query).month());
            with(query, cluster, found.back());
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<StoredVolume>> StorageLevels::volumes(Name cluster) const
{
    std::vector<StoredVolume> found;
    auto done = database_.read("reading how the volumes are", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::storage_volumes_of);
        with(query, cluster);
        while (query.executeStep()) {
            Columns row(query);
            StoredVolume one;
            one.volume = row.text();
            one.tried = row.instant();
            one.read = row.maybe_instant();
            one.error = row.text();
            found.push_back(std::move(one));
        }
    });
    if (!done)
        return done.error();
    return found;
}

void StorageLevels::drop_before(Transaction& transaction, Name cluster, Month month)
{
    run(prepared(transaction, sql::storage_days_drop_old), cluster, month);
    run(prepared(transaction, sql::storage_levels_drop_old), cluster, Instant { Day { month / 1 } });
}

} // namespace site
