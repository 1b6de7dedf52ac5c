#include "store/troubles.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <array>

namespace site {
namespace {

constexpr std::array<std::string_view, 4> stages { "counting", "due", "told", "over" };

TroubleStage stage(const std::string& word)
{
    const auto found = std::find(stages.begin(), stages.end(), word);
    if (found == stages.end())
        throw SQLite::Exception("the store has an unknown stage \"" + word + "\"");
    return static_cast<TroubleStage>(found - stages.begin());
}

} // namespace

std::string_view name(TroubleStage stage)
{
    return stages[static_cast<std::size_t>(stage)];
}

Result<TroubleMap> Troubles::load(Name cluster) const
{
    TroubleMap found;
    auto done = database_.read("reading the troubles of resources", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::troubles_of);
        with(query, cluster);
        while (query.executeStep()) {
            Columns row(query);
            auto& trouble = found[row.uuid()];
            trouble.since = row.instant();
            trouble.cycles = static_cast<std::uint32_t>(row.number());
            trouble.stage = stage(row.text());
            trouble.text = row.text();
        }
    });
    if (!done)
        return done.error();
    return found;
}

void Troubles::save(Transaction& transaction, Name cluster, const TroubleMap& before, const TroubleMap& after)
{
    for (const auto& [resource, trouble] : before)
        if (!after.contains(resource))
            run(prepared(transaction, sql::trouble_drop), cluster, resource);
    for (const auto& [resource, trouble] : after)
        if (const auto old = before.find(resource); old == before.end() || old->second != trouble)
            run(prepared(transaction, sql::trouble_put), cluster, resource, trouble.since, trouble.cycles,
                name(trouble.stage), trouble.text);
}

} // namespace site
