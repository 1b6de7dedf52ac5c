#include "simulation/world.hpp"

#include "accounting/collect.hpp"
#include "accounting/queue.hpp"
#include "accounting/report.hpp"
#include "store/journal.hpp"
#include "store/ledger.hpp"
#include "store/ownership_store.hpp"
#include "store/portal_memory.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

namespace site::simulation {
namespace {

const Name cluster { "c1" };

Config usual_config(std::uint32_t most_taken)
{
    Config config;
    config.portals.push_back({});
    config.portals[0].name = "main";
    config.portals[0].identifier = "brics";
    config.clusters.push_back({});
    auto& mine = config.clusters[0];
    mine.name = cluster.text();
    mine.portal = "main";
    mine.usage.components["node"] = { Measure::node, 3600 };
    config.guards.most_taken = most_taken;
    config.guards.most_taken_day = 2 * most_taken;
    return config;
}

} // namespace

World::World(const Planted& planted, const WorldOptions& options)
    : clock(*parse_instant("2026-11-05T08:00:00Z")), portal(clock.plain()), jobs(clock.plain()),
      config(usual_config(options.most_taken)), planted_(planted), told_(config)
{
    if (planted_.config)
        planted_.config(told_);
    if (options.on_disk)
        folder_ = std::make_unique<TempDir>();
    const auto passage = [this](const char* where) { seam(where); };
    portal.seam = passage;
    jobs.seam = passage;
    clock.seam = passage;
    for (auto& site : sites) {
        site.on_apply = [this](Site& at, std::span<const Change> changes) { check_intents(at, changes); };
        site.died = [this] { kill_in_ = 1; };
    }
    restart();
}

World::~World()
{
    for (auto& site : sites)
        site.release();
    kill_in_ = -1;
}

void World::seam(const char*)
{
    if (kill_in_ > 0 && --kill_in_ == 0) {
        kill_in_ = -1;
        throw Kill {};
    }
}

bool World::kill_pending() const
{
    return kill_in_ > 0 || std::any_of(sites.begin(), sites.end(), [](const Site& site) {
        return site.dies_after.has_value();
    });
}

void World::never_mind_the_kill()
{
    kill_in_ = -1;
    for (auto& site : sites)
        site.dies_after.reset();
}

void World::open_store()
{
    if (database_ && !folder_)
        return; // in memory what was committed is what would have been on the disk
    database_.reset();
    const auto file = folder_ ? folder_->path() / "state" / "state.db" : std::filesystem::path(":memory:");
    database_ = Database::open(file, Database::Access::write).value();
}

void World::restart()
{
    for (std::size_t i = 0; i < sites.size(); ++i) {
        sites[i].release(); // children are waited for by the successor
        backends_[i].reset();
        sites[i].finish_late();
    }
    open_store();
    for (std::size_t i = 0; i < sites.size(); ++i) {
        std::unique_ptr<Plugin> plugin
            = std::make_unique<SitePlugin>(cluster, sites[i], [this](const char* where) { seam(where); });
        if (planted_.plugin)
            plugin = planted_.plugin(std::move(plugin), sites[i], { &sites[0], &sites[1] });
        backends_[i] = std::make_unique<Backend>(sites[i].name, std::move(plugin), nullptr, Seconds { 60 });
    }
    rest_ = connect(portal, clock);
    if (planted_.portal)
        before_portal_ = planted_.portal(*rest_, portal);
    if (planted_.jobs)
        before_jobs_ = planted_.jobs(jobs);
}

void World::hang(std::size_t index)
{
    auto& site = sites[index];
    std::unique_ptr<Plugin> plugin
        = std::make_unique<SitePlugin>(cluster, site, [this](const char* where) { seam(where); });
    site.stuck = true;
    backends_[index] = std::make_unique<Backend>(site.name, std::move(plugin), nullptr, Seconds { 0 });
}

void World::unhang(std::size_t index)
{
    sites[index].release();
    restart();
}

CycleParts World::parts(const std::optional<AllowRequest>& allow)
{
    const auto person = [this](Name user) -> Result<std::optional<Person>> {
        if (unknown_people.contains(user))
            return std::optional<Person> {};
        return std::optional<Person> { Person { low_people.contains(user) ? 12U : 20000U, 20000U } };
    };
    Portal& seen = before_portal_ ? *before_portal_ : static_cast<Portal&>(*rest_);
    CycleParts made { told_, told_.clusters[0], seen, *database_, { backends_[0].get(), backends_[1].get() },
        clock, person, [this](const Progress&) { seam("progress"); }, {}, "simulation" };
    made.allow = allow;
    return made;
}

CycleSeen World::cycle(CycleMode mode, const std::optional<AllowRequest>& allow)
{
    CycleSeen seen;
    seen.mode = mode;
    seen.at = clock.plain().now();
    portal.asked = {};
    running = CycleMode::apply;
    std::array<int, 2> looks {};
    for (std::size_t i = 0; i < sites.size(); ++i) {
        auto& site = sites[i];
        if (!site.stuck)
            site.finish_late();
        seen.before[i] = { site.fake.records, site.traces };
        site.writes.clear();
        site.applies = 0;
        looks[i] = site.fake.looks;
        seen.ill[i] = site.ill() || !site.fake.refuses.empty() || !site.fake.busy.empty();
    }
    const auto commits = database_->commits();
    running = mode;
    try {
        seen.report = site::cycle(parts(allow), mode);
    } catch (const Kill&) {
        seen.killed = true;
    }
    seen.allowed = allow && seen.report && !seen.report->error;
    seen.asked = portal.asked;
    seen.commits = database_->commits() - commits;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        seen.writes[i] = sites[i].writes;
        seen.applies[i] = sites[i].applies;
        seen.looks[i] = sites[i].fake.looks - looks[i];
    }
    running = CycleMode::apply;
    if (seen.killed)
        restart();
    return seen;
}

UsageSeen World::usage()
{
    UsageSeen seen;
    portal.asked = {};
    jobs.failed = 0;
    const auto measured_at = clock.plain().now();
    try {
        JobSource& source = before_jobs_ ? *before_jobs_ : jobs;
        const auto& usage = told_.clusters[0].usage;
        auto collected = collect(source, *database_, cluster, usage, clock);
        seen.collected = collected.has_value();
        if (collected) {
            const auto this_month = month_of(measured_at);
            for (const auto month : { this_month - std::chrono::months { 1 }, this_month })
                if (measured && jobs.whole(month, measured_at))
                    measured(month, jobs.figures(month));
            std::vector<Finding> findings;
            if (auto queued = queue_reports(*database_, cluster, usage, measured_at, findings); !queued)
                verdict.broken(5, "queueing: " + queued.error().text);
            if (auto drained = drain(*rest_, *database_, clock); !drained)
                verdict.broken(5, "draining: " + drained.error().text);
            if (planted_.after_drain)
                planted_.after_drain(*database_, clock.plain());
        }
    } catch (const Kill&) {
        seen.killed = true;
    }
    seen.failed_windows = jobs.failed;
    seen.calls = portal.asked.usage_calls;
    seen.waiting = outbox().size();
    if (seen.killed)
        restart();
    return seen;
}

bool World::status()
{
    auto rows = rest_->resources({});
    if (!rows)
        return false;
    PortalMemory memory(*database_);
    auto saved = database_->commit("storing the resources' flags",
        [&](Transaction& transaction) { memory.save_resources(transaction, cluster, *rows); });
    return saved.has_value();
}

/// The agent waits for this call, so its database may be read here.
void World::check_intents(Site& site, std::span<const Change> changes)
{
    auto open = Journal(*database_).open_intents(site.name, cluster);
    std::multiset<std::string> intended;
    if (open)
        for (const auto& entry : *open)
            intended.insert(text(entry.change));
    std::multiset<std::string> wanted;
    for (const auto& change : changes)
        wanted.insert(text(change));
    if (intended != wanted) {
        for (const auto& change : changes)
            if (!intended.contains(text(change)))
                return verdict.broken(4, "no open intent for: " + text(change));
        verdict.broken(4,
            std::to_string(intended.size()) + " intents are open for " + std::to_string(wanted.size())
                + " changes");
    }
    site.licensed = std::move(wanted);
}

std::string World::store() const
{
    std::string out;
    auto done = database_->read("dumping", [&](SQLite::Database& sql) {
        SQLite::Statement tables(sql, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        while (tables.executeStep()) {
            const std::string table = tables.getColumn(0).getString();
            out += table + "\n";
            SQLite::Statement rows(sql, "SELECT * FROM \"" + table + "\"");
            while (rows.executeStep()) {
                for (int i = 0; i < rows.getColumnCount(); ++i) {
                    out += rows.getColumn(i).getString();
                    out += '|';
                }
                out += '\n';
            }
        }
    });
    return done ? out : "unreadable";
}

bool World::open_intents() const
{
    return std::any_of(sites.begin(), sites.end(), [&](const Site& site) {
        auto open = Journal(*database_).open_intents(site.name, cluster);
        return !open || !open->empty();
    });
}

bool World::owned(std::size_t index, const Key& key) const
{
    auto owned = OwnershipStore(*database_).load(sites[index].name, cluster);
    return !owned || owned->contains(key);
}

std::vector<OutboxRow> World::outbox() const
{
    auto rows = Outbox(*database_).rows();
    return rows ? std::move(*rows) : std::vector<OutboxRow> {};
}

Figures World::ledger(Month month) const
{
    Figures sums;
    if (auto rows = Ledger(*database_).month(cluster, month))
        for (const auto& row : *rows) {
            sums[{ row.account, row.user }] += row.spent.node_seconds;
            sums[{ row.account, Name {} }] += row.spent.node_seconds;
        }
    return sums;
}

} // namespace site::simulation
