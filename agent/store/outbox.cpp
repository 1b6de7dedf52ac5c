#include "store/outbox.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace site {
namespace {

constexpr std::array<std::string_view, 2> calls { "set_usage", "set_user_usages" };
constexpr std::size_t most_error = 512; ///< bytes kept of the portal's words

OutboxCall parse_call(const std::string& word)
{
    const auto found = std::find(calls.begin(), calls.end(), word);
    if (found == calls.end())
        throw SQLite::Exception("the outbox has an unknown call \"" + word + "\"");
    return static_cast<OutboxCall>(found - calls.begin());
}

using Figures = std::vector<std::pair<std::string, Decimal>>;

/// Component or user, by the call, with its amount.
Figures figures_of(const OutboxRow& row)
{
    Figures figures;
    if (row.call == OutboxCall::set_usage)
        for (const auto& [type, amount] : row.amounts)
            figures.emplace_back(type, amount);
    else
        for (const auto& [username, amount] : row.users)
            figures.emplace_back(username, amount);
    return figures;
}

Figures read_figures(SQLite::Statement& query, std::int64_t item)
{
    Figures figures;
    with(query, item);
    while (query.executeStep()) {
        Columns row(query);
        auto name = row.text();
        figures.emplace_back(std::move(name), row.decimal());
    }
    query.reset();
    return figures;
}

/// What stands in the place of a row, if anything.
struct Waiting {
    std::int64_t id = 0;
    std::uint32_t attempts = 0;
    std::optional<Instant> next_try;
    bool refused = false;
};

std::optional<Waiting> waiting(Transaction& transaction, const OutboxRow& row)
{
    auto& find = prepared(transaction, sql::outbox_find);
    with(find, row.resource, row.month, name(row.call), row.component);
    std::optional<Waiting> found;
    if (find.executeStep()) {
        Columns columns(find);
        found = Waiting { .id = columns.number(),
            .attempts = static_cast<std::uint32_t>(columns.number()),
            .next_try = columns.maybe_instant(),
            .refused = columns.flag() };
    }
    find.reset();
    return found;
}

OutboxRow row_of(Columns columns)
{
    OutboxRow row;
    row.version = columns.count();
    row.resource = columns.uuid();
    row.month = columns.month();
    row.call = parse_call(columns.text());
    row.component = columns.text();
    row.measured = columns.instant();
    row.attempts = static_cast<std::uint32_t>(columns.number());
    row.next_try = columns.maybe_instant();
    row.refused = columns.flag();
    row.last_error = columns.text();
    return row;
}

} // namespace

std::string_view name(OutboxCall call)
{
    return calls[static_cast<std::size_t>(call)];
}

void Outbox::put(Transaction& transaction, const OutboxRow& row, Instant now)
{
    // The month before is still read for a while: its refusal must outlive this figure.
    run(prepared(transaction, sql::outbox_drop_refused), row.resource, row.month - std::chrono::months { 1 });
    const auto figures = figures_of(row);
    auto before = waiting(transaction, row);
    if (before) {
        if (!before->refused
            && read_figures(prepared(transaction, sql::outbox_figures), before->id) == figures)
            return;
        run(prepared(transaction, sql::outbox_drop), before->id);
    }
    // A new figure waits for its turn as the old one did, or a changing figure would be tried without pause.
    const auto kept = before && !before->refused ? *before : Waiting {};
    run(prepared(transaction, sql::outbox_add), row.resource, row.month, name(row.call), row.component,
        row.measured, now, kept.attempts, kept.next_try);
    const auto id = transaction.sql().getLastInsertRowid();
    auto& add = prepared(transaction, sql::outbox_add_figure);
    for (std::size_t i = 0; i < figures.size(); ++i)
        run(add, id, i, figures[i].first, figures[i].second);
}

void Outbox::sent(Transaction& transaction, const OutboxRow& row)
{
    run(prepared(transaction, sql::outbox_drop), row.version);
    auto& put = prepared(transaction, sql::reported_put);
    for (const auto& [type, amount] : row.amounts)
        run(put, row.month, row.resource, type, "", amount);
    for (const auto& [username, amount] : row.users)
        run(put, row.month, row.resource, row.component, username, amount);
}

void Outbox::failed(Transaction& transaction, const OutboxRow& row, std::string_view error, Instant next_try)
{
    run(prepared(transaction, sql::outbox_failed), next_try, beginning(error, most_error), row.version);
}

void Outbox::refused(Transaction& transaction, const OutboxRow& row, std::string_view error)
{
    run(prepared(transaction, sql::outbox_refused), beginning(error, most_error), row.version);
}

Result<std::vector<OutboxRow>> Outbox::rows() const
{
    std::vector<OutboxRow> found;
    auto done = database_.read("reading the outbox", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::outbox_rows);
        SQLite::Statement figures(database, sql::outbox_figures);
        while (query.executeStep()) {
            auto row = row_of(Columns(query));
            for (auto& [name, amount] : read_figures(figures, static_cast<std::int64_t>(row.version))) {
                if (row.call == OutboxCall::set_usage)
                    row.amounts.push_back({ std::move(name), amount });
                else
                    row.users.push_back({ std::move(name), amount });
            }
            found.push_back(std::move(row));
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<Reported> Outbox::reported(Month month) const
{
    Reported found;
    auto done = database_.read("reading what was reported", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::reported_of);
        with(query, month);
        while (query.executeStep()) {
            Columns row(query);
            const auto resource = row.uuid();
            auto component = row.text();
            auto user = row.text();
            found.emplace(std::tuple(resource, month, std::move(component), std::move(user)), row.decimal());
        }
    });
    if (!done)
        return done.error();
    return found;
}

} // namespace site
