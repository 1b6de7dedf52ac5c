#include "slurm/check.hpp"

#include "model/identifier.hpp"
#include "slurm/cap.hpp"
#include "slurm/fields.hpp"
#include "slurm/listing.hpp"
#include "slurm/sacct.hpp"
#include "slurm/sacctmgr.hpp"

#include <algorithm>
#include <chrono>
#include <pwd.h>
#include <set>
#include <unistd.h>

namespace site {
namespace {

Finding good(std::string code, std::string text)
{
    return { Severity::info, std::move(code), "", std::move(text), "" };
}

Finding bad(Severity severity, std::string code, std::string text, std::string advice)
{
    return { severity, std::move(code), "", std::move(text), std::move(advice) };
}

/// Lines up to the first separator.
std::set<std::string, std::less<>> first_columns(std::string_view text)
{
    std::set<std::string, std::less<>> out;
    std::string_view line;
    while (next_line(text, line))
        out.emplace(line.substr(0, line.find('|')));
    return out;
}

std::string own_name()
{
    passwd entry {};
    passwd* found = nullptr;
    char buffer[4096];
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr)
        return {};
    return entry.pw_name;
}

std::string described(const NodeShape& shape)
{
    return std::to_string(shape.cpus) + " cpus, " + std::to_string(shape.gpus) + " gpus, "
        + std::to_string(shape.memory) + " MB";
}

class Check {
public:
    Check(const SlurmSettings& settings, Name cluster, const Programs& programs, Runner& runner)
        : settings_(settings), cluster_(cluster), programs_(programs), runner_(runner)
    {
    }

    std::vector<Finding> run()
    {
        if (!database())
            return std::move(out_);
        admin_level();
        tree();
        qos();
        shapes();
        config();
        jobs();
        return std::move(out_);
    }

private:
    Result<std::string> ask(std::string_view program, std::vector<std::string> arguments)
    {
        return looked(
            runner_, programs_.reading(program, std::move(arguments)), "asking " + std::string(program));
    }

    void add(Finding finding) { out_.push_back(std::move(finding)); }

    bool database()
    {
        const auto clusters = ask("sacctmgr", { "-nP", "show", "cluster", "format=Cluster" });
        if (!clusters) {
            add(bad(Severity::error, "slurm-no-database", clusters.error().text,
                "look at slurmdbd, munge and the setting `programs`"));
            return false;
        }
        if (first_columns(*clusters).contains(cluster_.text())) {
            add(good("slurm-database", "sacctmgr answers and knows cluster " + cited(cluster_.text())));
            return true;
        }
        add(bad(Severity::error, "slurm-no-cluster",
            "slurmdbd doesn't know cluster " + cited(cluster_.text()),
            "set the cluster's name as in ClusterName of slurm.conf"));
        return false;
    }

    void admin_level()
    {
        const auto me = own_name();
        if (geteuid() == 0) // root and SlurmUser may do anything
            return add(good("slurm-admin", "the agent runs as root, which may change accounts"));
        const auto rows = check_local_name(me)
            ? ask("sacctmgr", { "-nP", "show", "user", "where", "name=" + me, "format=AdminLevel" })
            : Result<std::string>(Error { Errc::invalid, "this user has no plain name" });
        const auto levels = rows ? first_columns(*rows) : std::set<std::string, std::less<>> {};
        if (levels.contains("Administrator"))
            return add(good("slurm-admin", cited(me) + " is Administrator in Slurm"));
        // sacctmgr load, the way to make many at once, is refused to Operators (22.05).
        add(bad(Severity::error, "slurm-not-admin",
            cited(me) + " is not Administrator in Slurm"
                + (levels.contains("Operator") ? ", only Operator" : ""),
            "give it AdminLevel=Administrator, or run the agent as SlurmUser"));
    }

    void tree()
    {
        const auto rows = ask("sacctmgr", association_arguments(cluster_));
        const auto listing = rows
            ? parse_listing(*rows, cluster_, { { Name(settings_.parent_account) }, false }, settings_)
            : Result<SlurmListing>(rows.error());
        if (!listing)
            return add(bad(Severity::error, "slurm-no-listing", listing.error().text,
                "an AdminLevel is needed where PrivateData hides accounts"));
        if (listing->parents.contains(Name(settings_.parent_account)))
            return add(good("slurm-parent", "account " + cited(settings_.parent_account) + " is there"));
        add(bad(Severity::error, "slurm-no-parent",
            "the parent account " + cited(settings_.parent_account) + " is not on cluster "
                + cited(cluster_.text()),
            "make it with sacctmgr, or change `parent_account`"));
    }

    void qos()
    {
        auto wanted = settings_.qos;
        for (const auto& one : { settings_.default_qos, settings_.downscaled_qos })
            if (!one.empty())
                wanted.push_back(one);
        if (wanted.empty())
            return;
        const auto rows = ask("sacctmgr", { "-nP", "show", "qos", "format=Name" });
        if (!rows)
            return add(bad(Severity::error, "slurm-no-qos", rows.error().text, ""));
        const auto there = first_columns(*rows);
        for (const auto& one : wanted)
            if (!there.contains(one))
                add(bad(Severity::error, "slurm-no-qos", "QOS " + cited(one) + " is not in Slurm",
                    "make it with sacctmgr, or change the settings"));
    }

    void shapes()
    {
        const auto rows = ask("sinfo", shape_arguments());
        const auto read = rows ? parse_shapes(*rows) : Result<NodeShapes>(rows.error());
        if (!read)
            return add(bad(Severity::warning, "slurm-no-nodes", read.error().text,
                "look at slurmctld, or set `default_node`"));
        shapes_ = *read;
        for (const auto& partition : settings_.partitions)
            if (!shapes_.by_partition.contains(partition))
                add(bad(Severity::error, "slurm-no-partition",
                    "partition " + cited(partition) + " has no nodes or isn't there", "change `partitions`"));
        for (const auto& [partition, shape] : settings_.nodes)
            if (!shapes_.by_partition.contains(partition))
                add(bad(Severity::warning, "slurm-no-partition",
                    "`nodes` names partition " + cited(partition) + ", which has no nodes or isn't there",
                    ""));
        for (const auto& [partition, shape] : shapes_.by_partition) {
            const auto set = settings_.nodes.find(partition);
            const auto& used = set != settings_.nodes.end() ? set->second
                : settings_.default_node.empty()            ? shape
                                                            : settings_.default_node;
            add(good(
                "slurm-nodes", "a whole node of partition " + cited(partition) + " is " + described(used)));
        }
    }

    void config()
    {
        const auto text = ask("scontrol", { "show", "config" });
        const auto config = text ? parse_config(*text) : Result<SlurmConfig>(text.error());
        if (!config)
            return add(bad(Severity::error, "slurm-no-controller", config.error().text,
                "look at slurmctld; no cap is changed until it answers"));
        const auto& node = settings_.default_node.empty() ? shapes_.standard : settings_.default_node;
        for (auto& finding : judge_config(settings_, cluster_, *config, node))
            add(std::move(finding));
    }

    void jobs()
    {
        class Nothing : public JobSink {
            Result<void> rows(std::span<const JobRow>) override { return {}; }
        } nothing;
        const auto now = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
        const auto read
            = read_jobs(runner_, programs_, cluster_, { now - std::chrono::hours(1), now }, nothing);
        if (!read)
            return add(bad(Severity::error, "slurm-no-jobs", read.error().text, "look at slurmdbd"));
        if (read->unreadable > 0)
            return add(bad(Severity::error, "slurm-unreadable-job", read->findings.front().text, ""));
        add(good("slurm-jobs", "sacct answers: " + std::to_string(read->rows) + " runs in the last hour"));
    }

    const SlurmSettings& settings_;
    Name cluster_;
    const Programs& programs_;
    Runner& runner_;
    NodeShapes shapes_;
    std::vector<Finding> out_;
};

std::string cap_text(const SlurmConfig& config, const NodeShape& node)
{
    std::string out;
    for (const auto& [field, per_node] : cap_tres(config, node))
        out += (out.empty() ? "" : ", ") + std::string(tres_of(field)) + " (" + std::to_string(per_node)
            + " a node)";
    return out.empty() ? "nothing, as the shape of a node is not known" : out;
}

void judge_enforcement(const SlurmSettings& settings, const SlurmConfig& config, std::vector<Finding>& out)
{
    if (!config.enforces("limits"))
        out.push_back(bad(Severity::error, "slurm-no-limits",
            "AccountingStorageEnforce has no limits, so neither gates nor caps stop anything",
            "add limits (or safe) to AccountingStorageEnforce"));
    else
        out.push_back(good("slurm-limits", "limits are enforced: gates and blocks hold"));
    if (!config.enforces("associations"))
        out.push_back(bad(Severity::error, "slurm-no-associations",
            "AccountingStorageEnforce has no associations, so people without one can run jobs",
            "add associations to AccountingStorageEnforce"));
    if (config.enforces("safe"))
        out.push_back(good("slurm-safe", "safe is enforced: caps are written, and running jobs finish"));
    else if (settings.on_exhausted == OnExhausted::kill)
        out.push_back(bad(Severity::warning, "slurm-no-safe",
            "safe is not enforced and on_exhausted is kill: Slurm kills running jobs at the cap", ""));
    else
        out.push_back(bad(Severity::warning, "slurm-no-safe",
            "safe is not enforced, so no cap is written and the gate alone enforces, once a cycle",
            "add safe to AccountingStorageEnforce for caps that don't kill"));
}

} // namespace

std::vector<Finding> judge_config(
    const SlurmSettings& settings, Name cluster, const SlurmConfig& config, const NodeShape& node)
{
    std::vector<Finding> out;
    out.push_back(good("slurm-version", "Slurm " + cited(config.version)));
    if (config.cluster != cluster.text())
        out.push_back(bad(Severity::error, "slurm-other-cluster",
            "slurmctld is of cluster " + cited(config.cluster) + ", not " + cited(cluster.text()),
            "set `conf` to this cluster's slurm.conf"));
    judge_enforcement(settings, config, out);
    if (cap_use(settings,
            [&] {
                SlurmFacts facts;
                facts.config = config;
                return facts;
            }())
        == CapUse::allowed)
        out.push_back(good("slurm-cap", "the cap is put on " + cap_text(config, node)));
    if (config.priority_type != "priority/multifactor")
        out.push_back(bad(Severity::warning, "slurm-no-multifactor",
            "PriorityType is " + cited(config.priority_type) + ", under which caps are not counted",
            "set PriorityType=priority/multifactor"));
    if (config.decays())
        out.push_back(bad(Severity::warning, "slurm-decay",
            "PriorityDecayHalfLife is " + cited(config.half_life)
                + ": Slurm's count shrinks by itself, so a cap leaks until it is rewritten",
            "the gate still holds by the agent's own ledger"));
    else
        out.push_back(good("slurm-no-decay", "Slurm's count doesn't decay"));
    if (config.reset_period != "NONE" && !config.reset_period.empty())
        out.push_back(bad(config.reset_period == "NOW" ? Severity::warning : Severity::info, "slurm-reset",
            "PriorityUsageResetPeriod is " + cited(config.reset_period)
                + (config.reset_period == "NOW" ? ": Slurm's count is 0 after each start of slurmctld"
                                                : ": Slurm's count starts anew then, and caps are rewritten"),
            ""));
    if (node.gpus > 0 && !config.tracks("gres/gpu"))
        out.push_back(bad(Severity::error, "slurm-no-gpu-tres",
            "nodes have GPUs, but AccountingStorageTRES has no gres/gpu, so GPU use is not recorded",
            "add gres/gpu to AccountingStorageTRES"));
    if (!config.private_data.empty() && config.private_data != "none" && config.private_data != "(null)")
        out.push_back(bad(Severity::info, "slurm-private-data",
            "PrivateData is " + cited(config.private_data) + ": without AdminLevel the agent sees nothing",
            ""));
    return out;
}

std::vector<Finding> check_slurm(
    const SlurmSettings& settings, Name cluster, const Programs& programs, Runner& runner)
{
    return Check(settings, cluster, programs, runner).run();
}

} // namespace site
