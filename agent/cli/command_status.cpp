#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/identifier.hpp"
#include "store/ledger.hpp"
#include "store/notes.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
#include "system/file_lock.hpp"

#include <boost/json.hpp>

namespace site {
namespace {

namespace json = boost::json;

/// What the store knows, gathered once for both forms.
struct Situation {
    json::object cycle; ///< the last cycle's summary; empty: none yet
    std::optional<Instant> cycle_at;
    std::optional<Instant> snapshot_at;
    std::vector<OutboxRow> outbox;
    std::optional<LedgerDay> newest_day;
    std::vector<std::pair<const KnownAllocation*, const KnownMember*>> gone;
    Known known;
    std::string daemon; ///< who runs; empty: nobody
};

Result<Situation> situation(const Desk& desk, Database& database)
{
    const Name cluster { desk.config.clusters.front().name };
    Situation now;
    auto note = Notes(database).note("cycle/" + cluster.text());
    if (!note)
        return note.error();
    if (*note) {
        now.cycle_at = (*note)->at;
        boost::system::error_code ec;
        if (auto value = json::parse((*note)->text, ec); !ec && value.is_object())
            now.cycle = value.as_object();
    }
    PortalMemory memory(database);
    auto snapshot = memory.snapshot(cluster);
    auto known = memory.known(cluster);
    auto outbox = Outbox(database).rows();
    const auto today = day_of(desk.clock.now());
    auto days
        = Ledger(database).days(cluster, today - std::chrono::days { 40 }, today + std::chrono::days { 1 });
    if (!snapshot || !known || !outbox || !days)
        return !snapshot ? snapshot.error()
            : !known     ? known.error()
            : !outbox    ? outbox.error()
                         : days.error();
    if (*snapshot)
        now.snapshot_at = (*snapshot)->taken;
    now.outbox = std::move(*outbox);
    if (!days->empty())
        now.newest_day = days->back();
    now.known = std::move(*known);
    for (const auto& [uuid, allocation] : now.known) {
        if (allocation.gone)
            now.gone.emplace_back(&allocation, nullptr);
        for (const auto& member : allocation.members)
            if (member.gone)
                now.gone.emplace_back(&allocation, &member);
    }
    if (auto lock = try_lock(desk.config.runtime / "daemon.lock", "site-agent status", desk.clock.now()))
        if (const auto* held = std::get_if<LockHeld>(&*lock))
            now.daemon = held->by;
    return now;
}

std::string age(std::optional<Instant> at, Instant now)
{
    return at ? text(*at) + " (" + span_text(now - *at) + " ago)" : "never";
}

std::string grace(const KnownAllocation& allocation, const KnownMember* member, const Config& config)
{
    const auto& gone = member ? member->gone : allocation.gone;
    const auto& blocked = member ? member->blocked : allocation.blocked;
    const auto span = member ? config.member_grace : config.allocation_grace;
    std::string out = "gone since " + text(*gone);
    return out
        + (blocked ? ", blocked, kept until " + text(*blocked + span) : ", its block is not confirmed yet");
}

std::string member_text(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->as_string()) : std::string {};
}

std::int64_t member_number(const json::object& object, std::string_view key)
{
    const auto* value = object.if_contains(key);
    if (!value)
        return 0;
    boost::system::error_code ec;
    const auto number = value->to_number<std::int64_t>(ec);
    return ec ? 0 : number;
}

const json::array& member_array(const json::object& object, std::string_view key)
{
    static const json::array none;
    const auto* value = object.if_contains(key);
    return value && value->is_array() ? value->as_array() : none;
}

void print_cycle(const Situation& now, const Desk& desk)
{
    const auto& screen = desk.screen;
    const auto& cycle = now.cycle;
    screen.out << "last cycle   " << age(now.cycle_at, desk.clock.now()) << "\n";
    if (cycle.empty())
        return;
    screen.out << "             " << member_number(cycle, "allocations") << " allocations, "
               << member_number(cycle, "associations") << " associations, " << member_number(cycle, "changes")
               << " changes planned, by " << member_text(cycle, "by") << "\n";
    for (const auto* key : { "error", "portal_error" })
        if (const auto error = member_text(cycle, key); !error.empty())
            screen.out << screen.tinted(
                Tint::bad, (key[0] == 'p' ? "portal       " : "error        ") + error)
                       << "\n";
    for (const auto& one : member_array(cycle, "sick"))
        screen.out << screen.tinted(Tint::bad,
            "plugin       " + member_text(one.as_object(), "plugin") + ": "
                + member_text(one.as_object(), "error"))
                   << "\n";
    for (const auto& one : member_array(cycle, "guards"))
        screen.out << screen.tinted(Tint::bad, "guard        " + member_text(one.as_object(), "guard") + ": ")
                   << member_text(one.as_object(), "text") << "; " << member_number(one.as_object(), "held")
                   << " changes held\n";
    if (const auto* outcomes = cycle.if_contains("outcomes"); outcomes && outcomes->is_object())
        for (const auto& one : member_array(outcomes->as_object(), "not_done"))
            screen.out << "not done     " << member_text(one.as_object(), "change") << ": "
                       << member_text(one.as_object(), "outcome") << ": "
                       << member_text(one.as_object(), "said") << "\n";
    for (const auto& one : member_array(cycle, "plan_changes"))
        screen.out << "would        " << std::string(one.as_string()) << "\n";
    for (const auto& one : member_array(cycle, "blocked"))
        screen.out << "not ours     " << member_text(one.as_object(), "key") << ": "
                   << member_text(one.as_object(), "why") << "\n";
    for (const auto& one : member_array(cycle, "findings"))
        screen.out << "finding      " << member_text(one.as_object(), "code") << ": "
                   << member_text(one.as_object(), "subject") << ": " << member_text(one.as_object(), "text")
                   << "\n";
}

void print_text(const Situation& now, const Desk& desk)
{
    const auto& screen = desk.screen;
    const auto moment = desk.clock.now();
    screen.out << "cluster      " << desk.config.clusters.front().name << ", portal "
               << desk.config.portal_of(desk.config.clusters.front()).url << ", mode "
               << (desk.config.mode == OperatingMode::audit ? "audit" : "enforce") << "\n"
               << "daemon       " << (now.daemon.empty() ? "not running" : now.daemon) << "\n"
               << "snapshot     " << age(now.snapshot_at, moment) << "\n";
    print_cycle(now, desk);
    screen.out << "usage        "
               << (now.newest_day ? "counted up to " + age(now.newest_day->read, moment)
                              + (now.newest_day->whole ? "" : ", not whole")
                                  : "never read")
               << "\n";
    screen.out << "outbox       "
               << (now.outbox.empty() ? "empty: the portal has every figure"
                                      : std::to_string(now.outbox.size()) + " reports wait")
               << "\n";
    for (const auto& [allocation, member] : now.gone)
        screen.out << "in grace     " << allocation->group.text() << (member ? "/" + member->user.text() : "")
                   << ": " << grace(*allocation, member, desk.config) << "\n";
}

void print_json(Situation& now, const Desk& desk)
{
    json::object out { { "cluster", desk.config.clusters.front().name },
        { "mode", desk.config.mode == OperatingMode::audit ? "audit" : "enforce" }, { "daemon", now.daemon },
        { "outbox", now.outbox.size() }, { "cycle", std::move(now.cycle) } };
    out["cycle_at"] = now.cycle_at ? json::value(text(*now.cycle_at)) : json::value(nullptr);
    out["snapshot_at"] = now.snapshot_at ? json::value(text(*now.snapshot_at)) : json::value(nullptr);
    out["usage_read"] = now.newest_day ? json::value(text(now.newest_day->read)) : json::value(nullptr);
    json::array gone;
    for (const auto& [allocation, member] : now.gone) {
        const auto& since = member ? member->gone : allocation->gone;
        const auto& blocked = member ? member->blocked : allocation->blocked;
        json::object one { { "group", allocation->group.text() },
            { "user", member ? member->user.text() : "" }, { "gone", text(*since) } };
        if (blocked)
            one["until"]
                = text(*blocked + (member ? desk.config.member_grace : desk.config.allocation_grace));
        gone.push_back(std::move(one));
    }
    out["in_grace"] = std::move(gone);
    desk.screen.out << json::serialize(out) << "\n";
}

/// For monitoring: a bad last cycle is 1, a tripped guard 3.
int code_of(const Situation& now)
{
    if (now.cycle.if_contains("error") || now.cycle.if_contains("portal_error")
        || !member_array(now.cycle, "sick").empty())
        return exit_code::error;
    return member_array(now.cycle, "guards").empty() ? exit_code::ok : exit_code::guarded;
}

} // namespace

int command_status(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    auto now = situation(desk, **database);
    if (!now)
        return desk.fail(now.error());
    const int code = code_of(*now);
    if (desk.screen.form == Form::json)
        print_json(*now, desk);
    else
        print_text(*now, desk);
    return code;
}

} // namespace site
