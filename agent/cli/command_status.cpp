#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "model/identifier.hpp"
#include "view/situation.hpp"

namespace site {
namespace {

namespace json = boost::json;

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

bool waits(const json::object& blocked)
{
    const auto* held = blocked.if_contains("waits"); // a summary of an older release hasn't it
    return held && held->is_bool() && held->get_bool();
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
                   << " changes held in plan " << member_text(cycle, "plan") << "\n";
    for (const auto& one : member_array(cycle, "allowed"))
        screen.out << screen.tinted(
            Tint::warn, "passed       " + member_text(one.as_object(), "guard") + ": ")
                   << member_number(one.as_object(), "passed") << " changes, by "
                   << member_text(one.as_object(), "by") << "\n";
    if (const auto* outcomes = cycle.if_contains("outcomes"); outcomes && outcomes->is_object())
        for (const auto& one : member_array(outcomes->as_object(), "not_done"))
            screen.out << "not done     " << member_text(one.as_object(), "change") << ": "
                       << member_text(one.as_object(), "outcome") << ": "
                       << member_text(one.as_object(), "said") << "\n";
    for (const auto& one : member_array(cycle, "plan_changes"))
        screen.out << "would        " << std::string(one.as_string()) << "\n";
    for (const auto& one : member_array(cycle, "blocked"))
        screen.out << (waits(one.as_object()) ? "waits        " : "not ours     ")
                   << member_text(one.as_object(), "key") << ": " << member_text(one.as_object(), "why")
                   << "\n";
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
    for (const auto& volume : now.volumes)
        screen.out << screen.tinted(volume.error.empty() ? Tint::plain : Tint::bad,
            "volume       " + volume.volume + ": " + text(volume, moment))
                   << "\n";
    screen.out << "outbox       "
               << (now.outbox.empty() ? "empty: the portal has every figure"
                                      : std::to_string(now.outbox.size()) + " reports wait")
               << "\n";
    screen.out << "journal head " << text(now.head) << "\n"
               << "backup       " << age(now.newest_backup, moment) << "\n";
    if (!now.lost.empty())
        screen.out << screen.tinted(Tint::bad, "store        " + now.lost) << "\n";
    for (const auto& [resource, trouble] : now.troubles)
        screen.out << "trouble      resource " << resource.text() << " since " << text(trouble.since) << ", "
                   << trouble.cycles << " cycles, " << name(trouble.stage) << ": " << trouble.text << "\n";
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
    out["volumes"] = volumes_json(now.volumes);
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
    json::array troubles;
    for (const auto& [resource, trouble] : now.troubles)
        troubles.push_back(json::object { { "resource", resource.text() }, { "since", text(trouble.since) },
            { "cycles", trouble.cycles }, { "stage", name(trouble.stage) }, { "text", trouble.text } });
    out["troubles"] = std::move(troubles);
    out["store_lost"] = now.lost;
    out["journal_head"] = text(now.head);
    out["backup_at"] = now.newest_backup ? json::value(text(*now.newest_backup)) : json::value(nullptr);
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
    auto now = situation(desk.config, desk.clock, **database, "site-agent status");
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
