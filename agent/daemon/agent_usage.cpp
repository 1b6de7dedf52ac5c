#include "accounting/backfill.hpp"
#include "accounting/queue.hpp"
#include "accounting/report_files.hpp"
#include "daemon/agent.hpp"
#include "host/remote_jobs.hpp"
#include "store/portal_memory.hpp"
#include "store/released_usage.hpp"

#include <algorithm>
#include <set>
#include <thread>

// Agent's part that reads usage and tells the portal of it.

namespace site {
namespace {

constexpr std::chrono::milliseconds patience { 100 };

} // namespace

Result<Backend*> Agent::job_backend()
{
    const auto source = std::find_if(
        backends_.begin(), backends_.end(), [](const auto& backend) { return backend->has_jobs(); });
    if (source == backends_.end())
        return Error { Errc::invalid, "none of the configured plugins runs jobs" };
    return source->get();
}

bool Agent::pause(Seconds wait)
{
    const auto until = std::chrono::steady_clock::now() + wait;
    while (true) {
        if (hooks_.stop && hooks_.stop())
            return false;
        const auto now = std::chrono::steady_clock::now();
        if (now >= until)
            return true;
        std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(until - now, patience));
    }
}

Result<UsageReport> Agent::collect(const std::function<void(const LedgerDay&)>& day)
{
    return locked<UsageReport>("usage collect", [&]() -> Result<UsageReport> {
        UsageReport report;
        auto source = job_backend();
        if (!source)
            return source.error();
        RemoteJobs jobs(**source);
        // Fixed before the reading: the figures belong to this moment's month, however long it takes.
        const auto measured = clock_.now();
        auto collected
            = site::collect(jobs, *database_, Name { cluster().name }, cluster().usage, clock_, day);
        if (!collected)
            return collected.error();
        report.collected = std::move(*collected);
        report.findings = report.collected.findings;
        if (config_.mode == OperatingMode::enforce) {
            auto queued = queue_reports(
                *database_, Name { cluster().name }, cluster().usage, measured, report.findings);
            if (!queued)
                return queued.error();
            report.queued = *queued;
        }
        put_reports(report.collected.days, report.findings);
        return report;
    });
}

void Agent::put_reports(const std::vector<LedgerDay>& read, std::vector<Finding>& findings)
{
    if (!config_.reports_write || config_.mode != OperatingMode::enforce)
        return;
    const auto folder = config_.reports_folder();
    const auto now = clock_.now();
    for (const auto month : months_to_write(now, cluster().usage.close_after, read))
        if (auto put = write_reports(folder, *database_, report_scope(config_), month, now); !put)
            findings.push_back({ .severity = Severity::warning,
                .code = "reports-not-written",
                .subject = text(month),
                .text = put.error().text,
                .advice = "let the agent's user write to " + folder.string() });
}

Result<Backfilled> Agent::backfill(const DaySpan& span, const std::function<void(const DayStep&)>& step)
{
    auto source = job_backend();
    if (!source)
        return source.error();
    RemoteJobs jobs(**source);
    const Name name { cluster().name };
    const auto known = Ledger(*database_).days(name, span.from, span.to);
    if (!known)
        return known.error();
    const auto days = days_to_fill(span.from, span.to, clock_.now(), *known);
    Backfilled done;
    for (const auto day : days) {
        if (done.days > 0 && !pause(span.pause)) {
            done.left = days.size() - done.days;
            return done;
        }
        auto reading = locked<DayReading>("usage backfill",
            [&] { return fill_day(jobs, *database_, name, cluster().usage, day, clock_.now()); });
        if (!reading)
            return reading.error();
        ++done.days;
        done.job_rows += reading->day.job_rows;
        done.findings.insert(done.findings.end(), reading->findings.begin(), reading->findings.end());
        if (step)
            step({ done.days, days.size(), day, reading->day.job_rows });
    }
    return done;
}

Result<Recomputation> Agent::recompute(const DaySpan& span, const std::function<void(const DayStep&)>& step)
{
    auto source = job_backend();
    if (!source)
        return source.error();
    RemoteJobs jobs(**source);
    DayStep at { .of = static_cast<std::size_t>((span.to - span.from).count()), .day = span.from };
    return site::recompute(
        jobs, *database_, Name { cluster().name }, cluster().usage, clock_.now(), span.from, span.to,
        [&] { return pause(span.pause); },
        [&](Day day) {
            ++at.done;
            at.day = day;
            if (step)
                step(at);
        });
}

Result<std::size_t> Agent::book(const Recomputation& recomputed, const std::string& by)
{
    auto source = job_backend();
    if (!source)
        return source.error();
    RemoteJobs jobs(**source);
    return locked<std::size_t>(by, [&] {
        return book_recomputed(jobs, *database_, Name { cluster().name }, cluster().usage, recomputed, by,
            "usage recompute", clock_.now());
    });
}

Result<std::vector<JobAccount>> Agent::job_account(std::uint64_t id)
{
    auto source = job_backend();
    if (!source)
        return source.error();
    RemoteJobs jobs(**source);
    return site::job_account(jobs, id, cluster().usage, clock_.now());
}

Result<std::size_t> Agent::release_usage(const std::string& wanted, Month month, const std::string& by)
{
    return locked<std::size_t>(by, [&]() -> Result<std::size_t> {
        const Name name { cluster().name };
        const auto known = PortalMemory(*database_).known(name);
        if (!known)
            return known.error();
        std::set<Uuid> resources;
        for (const auto& [uuid, allocation] : *known)
            if (!allocation.resource.is_nil()
                && (allocation.group.text() == wanted || allocation.identifier == wanted))
                resources.insert(allocation.resource);
        if (resources.empty())
            return Error { Errc::not_found, "no account or project of that name has a resource" };
        auto done = database_->commit("releasing usage", [&](Transaction& transaction) {
            ReleasedUsage releases(*database_);
            for (const auto resource : resources)
                releases.add(transaction, name, resource, month, by, clock_.now());
        });
        if (!done)
            return done.error();
        return resources.size();
    });
}

Result<Drained> Agent::send(Due due)
{
    if (config_.mode == OperatingMode::audit)
        return Drained {};
    auto rest = portal();
    if (!rest)
        return rest.error();
    return locked<Drained>(
        "outbox send", [&] { return drain(**rest, *database_, clock_, hooks_.stop, due); });
}

} // namespace site
