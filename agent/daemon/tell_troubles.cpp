#include "daemon/tell_troubles.hpp"

#include "store/statement.hpp"
#include "store/troubles.hpp"

#include <spdlog/spdlog.h>

namespace site {
namespace {

constexpr std::size_t most_told = 300; ///< bytes of a fault's text that the portal shows

/// Whether asking again unchanged is useless: the portal no longer has it, or will not have it changed.
bool final(const Error& error)
{
    return error.code == Errc::not_found || error.code == Errc::refused || error.code == Errc::conflict;
}

} // namespace

Result<void> tell_troubles(
    RestPortal& portal, Database& database, Name cluster, const std::function<bool()>& stop)
{
    Troubles store(database);
    auto troubles = store.load(cluster);
    if (!troubles)
        return troubles.error();
    Result<void> first;
    for (const auto& [resource, trouble] : *troubles) {
        if (stop && stop())
            break;
        const bool erred = trouble.stage == TroubleStage::due;
        if (!erred && trouble.stage != TroubleStage::over)
            continue;
        const auto told = erred
            ? portal.set_as_erred(resource, "site-agent: " + std::string(beginning(trouble.text, most_told)))
            : portal.set_as_ok(resource);
        if (!told && first)
            first = told.error();
        if (!told && !final(told.error()))
            continue;
        auto after = *troubles;
        if (erred && told)
            after[resource].stage = TroubleStage::told;
        else
            after.erase(resource);
        auto saved = database.commit("remembering what the portal was told",
            [&](Transaction& transaction) { store.save(transaction, cluster, *troubles, after); });
        if (!saved)
            return saved;
        if (told)
            spdlog::info("resource {}: {}", resource.text(),
                erred ? "marked as erred: " + trouble.text : std::string("in order again"));
    }
    return first;
}

} // namespace site
