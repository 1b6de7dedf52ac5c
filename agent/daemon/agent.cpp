#include "daemon/agent.hpp"

#include "accounting/queue.hpp"
#include "accounting/report_files.hpp"
#include "core/cycle_summary.hpp"
#include "daemon/tell_troubles.hpp"
#include "daemon/writer_lock.hpp"
#include "host/load.hpp"
#include "host/remote_jobs.hpp"
#include "store/ledger.hpp"
#include "store/notes.hpp"
#include "store/outbox.hpp"
#include "store/portal_memory.hpp"
#include "system/file_lock.hpp"
#include "system/people.hpp"

#include <algorithm>
#include <set>
#include <thread>

namespace site {
namespace {

Result<std::optional<std::uint32_t>> group_gid(Name group)
{
    return group_id(group.text());
}

} // namespace

Agent::Agent(Config config, const Clock& clock, Hooks hooks)
    : config_(std::move(config)), clock_(clock), hooks_(std::move(hooks))
{
}

Agent::~Agent() = default;

Result<std::unique_ptr<Agent>> Agent::open(Config config, Purpose purpose, const Clock& clock, Hooks hooks)
{
    std::unique_ptr<Agent> agent(new Agent(std::move(config), clock, std::move(hooks)));
    if (auto connected = agent->connect(purpose); !connected)
        return connected.error();
    return agent;
}

Result<void> Agent::connect(Purpose purpose)
{
    const auto file = config_.state / "state.db";
    auto database
        = Database::open(file, purpose == Purpose::act ? Database::Access::write : Database::Access::read);
    if (!database && purpose == Purpose::look && database.error().code == Errc::not_found) {
        without_store_ = true;
        database = Database::as_if_new(file);
    }
    if (!database)
        return database.error();
    database_ = std::move(*database);
    for (const auto& name : cluster().instances()) {
        runners_.push_back(std::make_shared<SystemRunner>());
        auto backend = load_backend(config_.plugins, name, cluster(), *runners_.back());
        if (!backend)
            return backend.error();
        (*backend)->keep(runners_.back());
        backends_.push_back(std::move(*backend));
    }
    return {};
}

std::vector<Backend*> Agent::backends()
{
    std::vector<Backend*> all;
    for (const auto& backend : backends_)
        all.push_back(backend.get());
    return all;
}

std::uint64_t Agent::processes() const
{
    std::uint64_t count = 0;
    for (const auto& runner : runners_)
        count += runner->started();
    return count;
}

Result<RestPortal*> Agent::portal()
{
    if (!portal_) {
        auto opened = RestPortal::open(config_.portal_of(cluster()), clock_, hooks_.stop);
        if (!opened)
            return opened.error();
        portal_ = std::move(*opened);
    }
    return portal_.get();
}

CycleParts Agent::parts(Portal& portal, const std::string& by)
{
    PersonLookup lookup;
    if (cluster().resolve_people)
        lookup = [](Name user) { return person(user.text()); };
    return { config_, cluster(), portal, *database_, backends(), clock_, std::move(lookup), hooks_.progress,
        hooks_.stop, by, {}, { group_name, group_gid, user_name },
        [this]() -> Result<std::vector<ResourceRow>> {
            auto rest = this->portal();
            if (!rest)
                return rest.error();
            return (*rest)->resources(cluster().allocations.offerings);
        } };
}

Result<CycleReport> Agent::plan(const std::filesystem::path& snapshot_file)
{
    if (!snapshot_file.empty()) {
        FilePortal file(snapshot_file, clock_.now());
        auto with = parts(file, {});
        with.resources = {};
        return cycle(with, CycleMode::plan);
    }
    auto rest = portal();
    if (!rest)
        return rest.error();
    return cycle(parts(**rest, {}), CycleMode::plan);
}

Result<CycleReport> Agent::apply(const std::string& by, const std::optional<AllowRequest>& allow)
{
    auto rest = portal();
    if (!rest)
        return rest.error();
    return locked<CycleReport>(by, [&]() -> Result<CycleReport> {
        auto with = parts(**rest, by);
        with.allow = allow;
        return cycle(with, CycleMode::apply);
    });
}

Result<Inventory> Agent::take_stock()
{
    auto rest = portal();
    if (!rest)
        return rest.error();
    return site::take_stock(parts(**rest, {}));
}

Result<ExplainReport> Agent::explain(const ExplainRequest& request)
{
    auto rest = portal();
    if (!rest)
        return rest.error();
    return site::explain(parts(**rest, {}), request);
}

Result<AdoptReport> Agent::adopt(const std::string& by, const AdoptRequest& request)
{
    auto rest = portal();
    if (!rest)
        return rest.error();
    return locked<AdoptReport>(
        by, [&]() -> Result<AdoptReport> { return site::adopt(parts(**rest, by), request); });
}

Result<Housekept> Agent::keep_house()
{
    return locked<Housekept>(
        "housekeeping", [this] { return site::keep_house(config_, *database_, clock_.now()); });
}

bool Agent::runs_jobs() const
{
    return std::any_of(
        backends_.begin(), backends_.end(), [](const auto& backend) { return backend->has_jobs(); });
}

Result<void> Agent::begin_levels(const Snapshot& snapshot)
{
    return levels_.begin(backends(), cluster(), snapshot, *database_);
}

Result<StorageReport> Agent::take_levels()
{
    if (!levels_.finished())
        return StorageReport {};
    return locked<StorageReport>("storage read", [&]() -> Result<StorageReport> {
        StorageReport report;
        const auto now = clock_.now();
        auto taken = levels_.take(cluster(), *database_, now);
        if (!taken)
            return taken.error();
        report.volumes = std::move(*taken);
        if (config_.mode == OperatingMode::enforce && !cluster().usage.storage_components.empty()) {
            auto queued
                = queue_reports(*database_, Name { cluster().name }, cluster().usage, now, report.findings);
            if (!queued)
                return queued.error();
            report.queued = *queued;
        }
        put_reports({}, report.findings);
        return report;
    });
}

Result<StorageReport> Agent::read_levels(const std::function<void(const VolumeRead&)>& each)
{
    const auto planned = plan();
    if (!planned)
        return planned.error();
    if (planned->error)
        return *planned->error;
    if (auto begun = begin_levels(planned->judged.snapshot); !begun)
        return begun.error();
    StorageReport all;
    while (!(hooks_.stop && hooks_.stop())) {
        auto some = take_levels();
        if (!some)
            return some;
        for (auto& volume : some->volumes) {
            if (each)
                each(volume);
            all.volumes.push_back(std::move(volume));
        }
        all.queued += some->queued;
        all.findings = std::move(some->findings);
        if (!levels_.under_way())
            break;
        std::this_thread::sleep_for(std::chrono::milliseconds { 20 });
    }
    return all;
}

Result<std::size_t> Agent::report_status()
{
    auto rest = portal();
    if (!rest)
        return rest.error();
    return locked<std::size_t>("status report", [&]() -> Result<std::size_t> {
        auto rows = (*rest)->resources(cluster().allocations.offerings);
        if (!rows)
            return rows.error();
        const Name name { cluster().name };
        PortalMemory memory(*database_);
        auto known = memory.known(name);
        auto before = memory.resources(name);
        if (!known || !before)
            return known ? before.error() : known.error();
        std::set<Uuid> ours;
        for (const auto& [uuid, allocation] : *known)
            if (!allocation.gone)
                ours.insert(allocation.resource);
        std::erase_if(*rows, [&](const ResourceRow& row) { return !ours.contains(row.uuid); });
        std::map<Uuid, ResourceRow> after;
        for (const auto& row : *rows)
            after.emplace(row.uuid, row);
        if (after != *before) {
            auto saved = database_->commit("storing the resources' flags",
                [&](Transaction& transaction) { memory.save_resources(transaction, name, *rows); });
            if (!saved)
                return saved.error();
        }
        if (config_.mode == OperatingMode::enforce)
            for (const auto& row : *rows) {
                if (hooks_.stop && hooks_.stop())
                    break;
                if (auto renewed = (*rest)->refresh_last_sync(row.uuid); !renewed)
                    return renewed.error();
            }
        if (config_.mode == OperatingMode::enforce)
            if (auto told = tell_troubles(**rest, *database_, name, hooks_.stop); !told)
                return told.error();
        return rows->size();
    });
}

Result<void> Agent::keep_plan(const CycleReport& report)
{
    auto kept = locked<int>("audit", [&]() -> Result<int> {
        auto done = database_->commit("keeping the plan", [&](Transaction& transaction) {
            Notes(*database_)
                .put(transaction, "cycle/" + cluster().name, summary(report, "audit"), clock_.now());
        });
        if (!done)
            return done.error();
        return 0;
    });
    if (!kept)
        return kept.error();
    return {};
}

} // namespace site
