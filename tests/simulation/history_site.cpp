#include "simulation/history.hpp"

#include <algorithm>
#include <array>

namespace site::simulation {

void History::site_falls_ill()
{
    auto& site = world_.sites[below(2)];
    const auto index = &site == &world_.sites[0] ? 0U : 1U;
    switch (below(7)) {
    case 0:
        site.fake.unreadable = true;
        say(site.name + " can't be read");
        break;
    case 1:
    case 2:
        for (const auto& [key, fields] : site.fake.records)
            if (chance(30))
                (chance(60) ? site.fake.refuses : site.fake.busy).insert(key);
        for (const auto& row : world_.portal.allocations)
            if (row.groupname && chance(20))
                site.fake.refuses.insert({ Kind::account, Name { "c1" }, Name { *row.groupname } });
        say(site.name + " refuses some changes");
        break;
    case 3:
        site.breaks_after = static_cast<int>(below(4));
        say(site.name + " crashes in its next changes");
        break;
    case 4:
        site.blind_once = true;
        say(site.name + " can't be read after its next changes");
        break;
    case 5:
        site.loses_call = true;
        say(site.name + " does its next changes too late");
        break;
    default:
        world_.hang(index);
        say(site.name + " is stuck");
        cycle();
        world_.unhang(index);
        say(site.name + " is no longer stuck");
        return;
    }
    if (chance(50))
        portal_changes();
    else
        reconcile();
    if (chance(50)) {
        site.fake.unreadable = false;
        site.fake.refuses.clear();
        site.fake.busy.clear();
        say(site.name + " is well");
    }
}

void History::agent_is_killed()
{
    if (chance(40)) {
        auto& site = world_.sites[below(2)];
        site.dies_after = static_cast<int>(below(5));
        say("the agent will die in the changes of " + site.name);
    } else {
        const auto at = static_cast<int>(1 + below(30));
        world_.kill_after(at);
        say("the agent will die at passage " + std::to_string(at));
    }
    if (chance(60))
        portal_changes();
    if (chance(30))
        usage();
    if (world_.kill_pending() && !over())
        cycle();
    world_.never_mind_the_kill();
}

void History::somebody_is_at_the_site()
{
    if (world_.open_intents())
        return; // what stands there then can't be told from the agent's own
    const auto index = below(2);
    auto& site = world_.sites[index];
    const auto& project = any_project();
    const Key account { Kind::account, Name { "c1" }, Name { project.group } };
    const Key association { Kind::association, Name { "c1" }, Name { project.group },
        Name { people[below(people.size())] } };
    const auto& key = chance(50) ? account : association;
    const auto hold = key.kind == Kind::account ? gate() : block();
    if (!site.has(key)) {
        if (world_.owned(index, key))
            return;
        site.made_by_hand(key, { { Name { "owner" }, Name { "admin" } } });
        return say("by hand at " + site.name + ": " + text(key) + " is made");
    }
    switch (below(5)) {
    case 0:
        site.by_hand(key, Name { "comment" }, Name { "mine" });
        return say("by hand at " + site.name + ": a comment on " + text(key));
    case 1:
    case 2: {
        const Value value = std::array<Value, 3> { Value { std::int64_t { 0 } }, Value { std::int64_t { 7 } },
            Value {} }[below(3)];
        if (site.value(key, hold) == value)
            return;
        site.by_hand(key, hold, value);
        return say("by hand at " + site.name + ": " + hold.text() + " of " + text(key) + " is "
            + (value.unset() ? "unset" : value.text()));
    }
    case 3:
        if (key.kind != Kind::account || !site.ours(key))
            return;
        site.by_hand(key, Name { "owner" }, Name { "other" });
        return say("by hand at " + site.name + ": another owner of " + text(key));
    default:
        if (key.kind == Kind::account)
            return;
        site.removed_by_hand(key);
        return say("by hand at " + site.name + ": " + text(key) + " is removed");
    }
}

void History::jobs_run()
{
    const auto now = world_.clock.plain().now();
    const auto count = 1 + below(4);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& project = any_project();
        const auto start = now - Seconds { static_cast<std::int64_t>(below(3 * 3600)) };
        const auto length = Seconds { static_cast<std::int64_t>(60 + below(2 * 86400)) };
        world_.jobs.run(Name { project.group }, Name { people[below(people.size())] }, start, start + length);
        say("a job of " + project.name + " from " + text(start) + " for " + span_text(length));
    }
    if (chance(50))
        usage();
}

void History::accounting_fails()
{
    auto& jobs = world_.jobs;
    const auto what = below(5);
    auto& fault = what < 2 ? jobs.fails_after : what < 4 ? jobs.unreadable_after : jobs.empty_after;
    fault = static_cast<int>(below(4));
    say(what == 4 ? "the accounting database forgets its jobs" : "the accounting database fails");
    usage();
    if (chance(50) && !over())
        cycle();
    if (chance(70)) {
        jobs.fails_after.reset();
        jobs.unreadable_after.reset();
        jobs.empty_after.reset();
        say("the accounting database is well");
    }
}

void History::all_is_well_again()
{
    auto& portal = world_.portal;
    portal.away = false;
    portal.lie = Lie::none;
    portal.hidden.clear();
    portal.loses_answers = false;
    portal.refuses.clear();
    world_.jobs.fails_after.reset();
    world_.jobs.unreadable_after.reset();
    world_.jobs.empty_after.reset();
    world_.never_mind_the_kill();
    world_.unknown_people.clear();
    for (auto& site : world_.sites) {
        site.fake.unreadable = false;
        site.fake.refuses.clear();
        site.fake.busy.clear();
        site.breaks_after.reset();
        site.blind_once = false;
        site.loses_call = false;
    }
    world_.restart();
    say("all is well");
}

} // namespace site::simulation
