#include "slurm/slurm.hpp"

#include "model/identifier.hpp"
#include "slurm/apply.hpp"
#include "slurm/cap.hpp"
#include "slurm/check.hpp"
#include "slurm/desired.hpp"
#include "slurm/sacct.hpp"

namespace site {
namespace {

// How long what slurmctld said of its configuration is believed: a lost `safe` must be seen.
constexpr std::chrono::hours config_age { 1 };
// The same before something is changed: caps where `safe` was lost would kill, and a controller that is away
// is given nothing to do.
constexpr std::chrono::minutes change_age { 1 };

} // namespace

Slurm::Slurm(Name cluster, const SlurmSettings& settings, Runner& runner)
    : cluster_(cluster), settings_(settings), programs_(settings_), runner_(runner)
{
    tree_.cluster = cluster;
}

Interest Slurm::interest(const Snapshot& snapshot) const
{
    return slurm_interest(settings_, cluster_, snapshot);
}

Result<std::string> Slurm::look(
    std::string_view program, std::vector<std::string> arguments, std::string_view doing)
{
    return looked(runner_, programs_.reading(program, std::move(arguments)), doing);
}

Result<Observation> Slurm::observed(const Interest& interest)
{
    Observation out;
    auto facts = std::make_shared<SlurmFacts>();
    if (auto read = read_tree(interest, out, *facts); !read)
        return read.error();
    if (auto read = read_config(config_age); !read)
        return read.error();
    facts->config = config_;
    facts->standard_node = settings_.default_node;
    if (cap_use(settings_, *facts) == CapUse::allowed)
        read_counts(interest, *facts, out.findings);
    out.facts = std::move(facts);
    return out;
}

Result<void> Slurm::read_tree(const Interest& asked, Observation& out, SlurmFacts& facts)
{
    const auto accounts = look("sacctmgr", account_arguments(), "listing accounts");
    if (!accounts)
        return accounts.error();
    const auto rows = look("sacctmgr", association_arguments(cluster_), "listing associations");
    if (!rows)
        return rows.error();
    const auto interest = asked.marked ? with_marked(asked, *accounts) : asked;
    auto listing = parse_listing(*rows, cluster_, interest, settings_);
    if (!listing)
        return listing.error().in("reading the associations");
    if (auto added = add_accounts(*accounts, cluster_, interest, listing->records, facts); !added)
        return added.error().in("reading the accounts");
    if (interest.removals) {
        const auto defaults = look("sacctmgr", default_arguments(cluster_), "listing default accounts");
        if (!defaults)
            return defaults.error();
        if (auto added = add_defaults(*defaults, listing->users); !added)
            return added.error().in("reading the default accounts");
    }
    tree_.parents = std::move(listing->parents);
    tree_.users.reset();
    if (interest.removals)
        tree_.users = std::move(listing->users);
    seen_ = true;
    out.records = std::move(listing->records);
    return {};
}

Result<void> Slurm::read_config(std::chrono::seconds newest)
{
    const auto now = std::chrono::steady_clock::now();
    if (config_ && now - config_read_ < newest)
        return {};
    config_.reset();
    const auto text = look("scontrol", { "show", "config" }, "reading Slurm's configuration");
    if (!text)
        return text.error();
    auto config = parse_config(*text);
    if (!config)
        return config.error();
    if (config->cluster != cluster_.text())
        return Error { Errc::invalid,
            "slurmctld is of cluster " + cited(config->cluster) + ", not " + cited(cluster_.text()) };
    config_ = std::move(*config);
    config_read_ = now;
    return {};
}

Result<void> Slurm::expect_as_seen()
{
    // `load` makes a cluster that it doesn't know.
    if (!seen_ || !config_)
        return Error { Errc::conflict, "the cluster's accounts have not been read yet" };
    const auto seen = *config_;
    if (auto read = read_config(change_age); !read)
        return read;
    if (*config_ != seen)
        return Error { Errc::conflict, "Slurm's configuration is another than when it was looked at" };
    return {};
}

void Slurm::read_counts(const Interest& interest, SlurmFacts& facts, std::vector<Finding>& findings)
{
    const auto text = look("sshare", accumulated_arguments(), "reading Slurm's own count");
    auto counts = text ? parse_accumulated(*text, interest.names) : Result<Accumulated>(text.error());
    if (counts)
        facts.accumulated = std::move(*counts);
    else
        findings.push_back({ Severity::warning, "slurm-no-count", "", counts.error().text,
            "caps are left as they are until sshare answers" });
    if (!facts.standard_node.empty())
        return;
    if (const auto known = shapes())
        facts.standard_node = (*known)->standard;
    else
        findings.push_back({ Severity::warning, "slurm-no-nodes", "", known.error().text,
            "look at slurmctld, or set `default_node`" });
}

Result<Desired> Slurm::desired(const Snapshot& snapshot, const Observation& observation) const
{
    return slurm_desired(settings_, cluster_, snapshot, observation);
}

std::vector<std::string> Slurm::commands(std::span<const Change> changes) const
{
    return shown_commands(changes, tree_, programs_);
}

std::vector<Result<void>> Slurm::apply(std::span<const Change> changes)
{
    if (auto as_seen = expect_as_seen(); !as_seen)
        return std::vector<Result<void>>(changes.size(), as_seen.error());
    return apply_changes(changes, tree_, programs_, runner_);
}

std::vector<Finding> Slurm::check()
{
    return check_slurm(settings_, cluster_, programs_, runner_);
}

Result<void> Slurm::expect_known()
{
    // sacct answers for a cluster that slurmdbd doesn't know with nothing at all, and exit status 0.
    if (!seen_) {
        const auto rows = look("sacctmgr", association_arguments(cluster_), "looking for the cluster");
        if (!rows)
            return rows.error();
        if (auto there = parse_listing(*rows, cluster_, {}, settings_); !there)
            return there.error().in("reading jobs");
        seen_ = true;
    }
    return {};
}

Result<WindowRead> Slurm::jobs(Window window, JobSink& sink)
{
    if (auto known = expect_known(); !known)
        return known.error();
    auto read = read_jobs(runner_, programs_, cluster_, window, sink, settings_.extra_tres);
    // A database that lost its memory, or our rights, says so by nothing at all and exit status 0.
    if (read && read->rows == 0 && read->unreadable == 0) {
        seen_ = false;
        if (auto known = expect_known(); !known)
            return known.error().in("a window came without jobs");
    }
    return read;
}

Result<WindowRead> Slurm::job(std::uint64_t id, JobSink& sink)
{
    if (auto known = expect_known(); !known)
        return known.error();
    return read_job(runner_, programs_, cluster_, id, sink, settings_.extra_tres);
}

Result<NodeShape> Slurm::shape(Name partition)
{
    if (const auto set = settings_.nodes.find(partition.text()); set != settings_.nodes.end())
        return set->second;
    if (!settings_.default_node.empty())
        return settings_.default_node;
    const auto known = shapes();
    if (!known)
        return known.error().in("looking for the nodes of partition " + cited(partition.text()));
    const auto found = (*known)->by_partition.find(partition.text());
    if (found == (*known)->by_partition.end())
        return Error { Errc::not_found, "partition " + cited(partition.text()) + " has no nodes" };
    return found->second;
}

Result<const NodeShapes*> Slurm::shapes()
{
    if (shapes_)
        return &*shapes_;
    const auto text = look("sinfo", shape_arguments(), "reading the nodes");
    if (!text)
        return text.error();
    auto read = parse_shapes(*text);
    if (!read)
        return read.error();
    shapes_ = std::move(*read);
    return &*shapes_;
}

} // namespace site
