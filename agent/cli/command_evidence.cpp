#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "store/compaction.hpp"
#include "store/evidence_check.hpp"
#include "system/system_log.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

constexpr std::size_t page = 1000; ///< rows read at once: a slow reader of ours holds nobody up

Result<std::unique_ptr<Database>> opened(const Desk& desk, Database::Access access)
{
    return Database::open(desk.config.state / "state.db", access);
}

boost::json::object json(const Anchor& anchor)
{
    return { { "last", text(anchor.last) }, { "from", text(anchor.from) }, { "to", text(anchor.to) },
        { "rows", anchor.rows }, { "entries", anchor.entries }, { "at", text(anchor.at) },
        { "by", anchor.by } };
}

void print_json(const ChainCheck& check, const Screen& screen)
{
    boost::json::object out { { "good", !check.fault }, { "rows", check.rows }, { "entries", check.entries },
        { "older", check.older }, { "head", text(check.head) } };
    if (check.anchor.rows > 0)
        out["anchor"] = json(check.anchor);
    if (check.fault)
        out["fault"] = boost::json::object { { "seq", check.fault->seq }, { "text", check.fault->what } };
    screen.out << boost::json::serialize(out) << "\n";
}

void print_text(const ChainCheck& check, const Screen& screen)
{
    if (check.anchor.rows > 0)
        screen.out << "anchor       " << text(check.anchor.last) << ", set " << text(check.anchor.at) << ": "
                   << check.anchor.entries << " entries from " << text(check.anchor.from) << " to "
                   << text(check.anchor.to) << " were dropped by " << check.anchor.by << "\n";
    screen.out << "rows         " << check.rows << ", for " << check.entries << " entries\n";
    if (check.older > 0)
        screen.out << "older        entries up to " << check.older
                   << " are older than the chain and not proven by it\n";
    screen.out << "head         " << text(check.head) << "\n";
    if (check.fault)
        screen.out << screen.tinted(Tint::bad,
            "WRONG        "
                + (check.fault->seq == 0 ? std::string {} : "row " + std::to_string(check.fault->seq) + ": ")
                + check.fault->what)
                   << "\n";
    else
        screen.out << screen.tinted(Tint::good, "good") << "\n";
}

std::string line(const EvidenceRow& row)
{
    boost::json::object out { { "seq", row.seq }, { "at", text(row.at) }, { "event", row.event } };
    if (row.entry)
        out["entry"] = *row.entry;
    else
        out["entry"] = nullptr;
    out["hash"] = row.hash;
    auto written = boost::json::serialize(out);
    written.pop_back(); // the body is JSON already, and what the hash was made of
    return written + ",\"body\":" + row.body + "}\n";
}

void tell(const Compaction& dropped, bool done, const Desk& desk)
{
    if (desk.screen.form == Form::json) {
        boost::json::object out { { "dropped", done }, { "rows", dropped.rows },
            { "entries", dropped.entries } };
        if (dropped.rows > 0)
            out["anchor"] = json(dropped.anchor);
        desk.screen.out << boost::json::serialize(out) << "\n";
        return;
    }
    if (dropped.rows == 0 && dropped.entries == 0) {
        desk.screen.out << "nothing to drop\n";
        return;
    }
    desk.screen.out << dropped.entries << " entries (" << dropped.rows << " rows of evidence) up to "
                    << text(dropped.anchor.to)
                    << (done ? " were dropped\n" : " would be dropped; add --yes\n");
    if (done)
        desk.screen.out << "anchor       " << text(dropped.anchor.last) << "\n";
}

} // namespace

int command_journal_verify(Desk& desk)
{
    std::optional<ChainHead> known;
    if (!desk.arguments.head.empty()) {
        auto parsed = parse_head(desk.arguments.head);
        if (!parsed)
            return desk.fail(parsed.error());
        known = std::move(*parsed);
    }
    auto database = opened(desk, Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    auto check = check_chain(**database, known);
    if (!check)
        return desk.fail(check.error());
    if (desk.screen.form == Form::json)
        print_json(*check, desk.screen);
    else
        print_text(*check, desk.screen);
    return check->fault ? exit_code::error : exit_code::ok;
}

int command_journal_export(Desk& desk)
{
    auto database = opened(desk, Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    const Evidence evidence(**database);
    std::int64_t last = 0;
    while (!desk.signals.stop_requested() && desk.screen.out) {
        auto rows = evidence.after(last, page);
        if (!rows)
            return desk.fail(rows.error());
        if (rows->empty())
            return exit_code::ok;
        for (const auto& row : *rows) {
            const bool wanted = row.at >= desk.arguments.since.value_or(Instant::min())
                && row.at < desk.arguments.until.value_or(Instant::max());
            if (wanted)
                desk.screen.out << line(row);
        }
        last = rows->back().seq;
    }
    return desk.fail({ Errc::internal, "the export is not whole: it was stopped, or its reader went away" });
}

int command_journal_compact(Desk& desk)
{
    const auto before = *desk.arguments.before;
    if (!desk.arguments.yes) {
        auto database = opened(desk, Database::Access::read);
        if (!database)
            return desk.fail(database.error());
        auto would = compactable(**database, before);
        if (!would)
            return desk.fail(would.error());
        tell(*would, false, desk);
        return would->rows > 0 ? exit_code::changes : exit_code::ok;
    }
    const auto by = asker("journal compact");
    auto lock = desk.writer(by);
    if (!lock)
        return desk.fail(lock.error());
    auto database = opened(desk, Database::Access::write);
    if (!database)
        return desk.fail(database.error());
    auto dropped = compact(**database, before, by, desk.clock.now());
    if (!dropped)
        return desk.fail(dropped.error());
    if (dropped->rows > 0)
        (void)tell_system_log("journal: " + std::to_string(dropped->entries) + " entries up to "
            + text(dropped->anchor.to) + " dropped by " + by + ", anchor " + text(dropped->anchor.last));
    tell(*dropped, true, desk);
    return exit_code::ok;
}

} // namespace site
