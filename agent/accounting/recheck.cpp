#include "accounting/recheck.hpp"

#include "accounting/recompute.hpp"
#include "store/notes.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };

std::string note_of(Name cluster)
{
    return "usage-recheck/" + cluster.text();
}

Finding changed(Day day, const std::vector<Correction>& differences)
{
    const auto& first = differences.front();
    return { Severity::warning, "usage-closed-day", text(day),
        std::to_string(differences.size()) + " figures of this final day come out otherwise now, such as "
            + std::to_string(first.before.node_seconds) + " node-seconds of " + first.account.text()
            + ", now " + std::to_string(first.after.node_seconds),
        "`site-agent usage recompute " + text(day) + "` shows them all" };
}

} // namespace

std::optional<Day> day_to_recheck(const std::vector<LedgerDay>& known, std::optional<Day> last)
{
    std::optional<Day> earliest;
    for (const auto& one : known) {
        if (!one.final)
            continue;
        if (!last || one.day > *last)
            return one.day;
        if (!earliest)
            earliest = one.day;
    }
    return earliest;
}

Result<std::vector<Finding>> recheck(JobSource& source, Database& database, Name cluster,
    const UsageConfig& config, Instant now, const std::vector<LedgerDay>& known)
{
    using Findings = std::vector<Finding>;
    if (config.recheck.count() == 0)
        return Findings {};
    const auto note = Notes(database).note(note_of(cluster));
    if (!note)
        return note.error();
    std::optional<Day> last;
    if (*note) {
        if (now < (*note)->at + config.recheck)
            return Findings {};
        const std::string_view kept = (*note)->text; // a JSON string
        if (const auto day = parse_day(kept.substr(kept.size() > 1 ? 1 : 0, 10)))
            last = *day;
    }
    const auto day = day_to_recheck(known, last);
    if (!day)
        return Findings {};
    auto again = recompute(source, database, cluster, config, now, *day, *day + one_day);
    if (!again)
        return again.error();
    Findings findings;
    for (const auto& finding : again->findings)
        if (finding.severity == Severity::error || finding.code == "usage-vanished")
            findings.push_back(finding);
    for (const auto& one : again->days)
        if (!one.differences.empty())
            findings.push_back(changed(*day, one.differences));
    auto kept = database.commit("noting which day was looked at again", [&](Transaction& transaction) {
        Notes(database).put(transaction, note_of(cluster), "\"" + text(*day) + "\"", now);
    });
    if (!kept)
        return kept.error();
    return findings;
}

} // namespace site
