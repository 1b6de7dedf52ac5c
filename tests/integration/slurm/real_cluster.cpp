#include "real_cluster.hpp"

#include "store/ownership_store.hpp"

#include <algorithm>
#include <thread>

namespace site {
namespace {

std::unique_ptr<SlurmSandbox> the_sandbox;

class Cluster : public testing::Environment {
public:
    void SetUp() override
    {
        the_sandbox = std::make_unique<SlurmSandbox>(std::vector<std::pair<std::string, std::string>> {
            { "SANDBOX_ENFORCE", "associations,limits,qos,safe" }, { "SANDBOX_NODES", "1" } });
    }
    void TearDown() override { the_sandbox.reset(); }
};

const auto* const the_cluster = testing::AddGlobalTestEnvironment(new Cluster);

} // namespace

SlurmSandbox& sandbox()
{
    return *the_sandbox;
}

RealCluster::RealCluster()
{
    settings.conf = sandbox().conf();
    settings.default_node = { .cpus = 8, .gpus = 2, .memory = 64'000 };
}

RealCluster::~RealCluster()
{
    sandbox().clear();
}

Slurm& RealCluster::plugin()
{
    if (!plugin_)
        plugin_ = std::make_unique<Slurm>(Name("sandbox"), settings, runner);
    return *plugin_;
}

Snapshot RealCluster::snapshot(const std::vector<Allocation>& allocations) const
{
    Snapshot out;
    out.cluster = Name("sandbox");
    out.month = std::chrono::year(2026) / std::chrono::November;
    out.allocations = allocations;
    out.owned = &owned;
    return out;
}

Observation RealCluster::observed(const std::vector<Allocation>& allocations)
{
    const auto seen = plugin().observed(plugin().interest(snapshot(allocations)));
    EXPECT_TRUE(seen) << (seen ? "" : seen.error().text);
    return seen ? *seen : Observation {};
}

Difference RealCluster::plan(const std::vector<Allocation>& allocations)
{
    const auto view = snapshot(allocations);
    const auto seen = observed(allocations);
    if (!seen.facts)
        return {};
    const auto desired = plugin().desired(view, seen);
    EXPECT_TRUE(desired) << (desired ? "" : desired.error().text);
    return desired ? diff(seen.records, *desired, view) : Difference {};
}

std::vector<std::string> RealCluster::reconcile(const std::vector<Allocation>& allocations)
{
    const auto changes = plan(allocations).changes;
    const auto results = plugin().apply(changes);
    std::vector<std::string> out;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (results[i])
            site::settle(owned, changes[i]);
        out.push_back(text(changes[i]) + ": " + (results[i] ? "ok" : results[i].error().text));
    }
    return out;
}

void RealCluster::settle(const std::vector<Allocation>& allocations)
{
    EXPECT_THAT(reconcile(allocations), testing::Each(testing::EndsWith(": ok")));
    std::vector<std::string> left;
    for (const auto& change : plan(allocations).changes)
        left.push_back(text(change));
    EXPECT_THAT(left, testing::IsEmpty());
}

std::string RealCluster::submit(
    const std::string& user, const std::string& account, std::vector<std::string> options, int seconds)
{
    std::vector<std::string> words { "sbatch", "--parsable", "-A", account, "-t", "5", "-o", "/dev/null" };
    words.insert(words.end(), options.begin(), options.end());
    words.push_back("--wrap=sleep " + std::to_string(seconds));
    const auto output = sandbox().as(user, words);
    EXPECT_TRUE(output.exit.ok()) << output.exit.errors;
    return output.text.substr(0, output.text.find('\n'));
}

std::string RealCluster::refusal(const std::string& user, const std::string& account)
{
    const auto output
        = sandbox().as(user, { "sbatch", "-A", account, "-t", "1", "-o", "/dev/null", "--wrap=true" });
    return output.exit.ok() ? "" : output.exit.errors;
}

std::string RealCluster::state(const std::string& job)
{
    const auto output = sandbox().slurm("squeue", { "-h", "-t", "all", "-j", job, "-o", "%T %r" });
    return output.text.substr(0, output.text.find('\n'));
}

bool RealCluster::comes_to(const std::string& job, const std::string& wanted)
{
    // Long enough for a busy machine; slurmctld itself answers within two seconds.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!state(job).starts_with(wanted)) {
        if (std::chrono::steady_clock::now() > end)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return true;
}

std::string RealCluster::sacctmgr(std::vector<std::string> arguments)
{
    const auto output = sandbox().slurm("sacctmgr", std::move(arguments));
    EXPECT_TRUE(output.exit.ok()) << output.text << output.exit.errors;
    return output.text;
}

std::string RealCluster::value(const std::string& account, const std::string& user, const std::string& field)
{
    const auto rows = sandbox().slurm("sacctmgr",
        { "-nP", "show", "assoc", "where", "account=" + account, "user=" + user, "format=" + field });
    return rows.text.substr(0, rows.text.find('\n'));
}

Member RealCluster::member(const std::string& user, Standing standing)
{
    Member out;
    out.user = Name(user);
    out.identifier = user + ".climate.brics";
    out.standing = standing;
    return out;
}

Allocation RealCluster::project(const std::string& group, std::vector<Member> members)
{
    Allocation out;
    out.name = group;
    out.identifier = "Climate.Brics";
    out.group = Name(group);
    out.limit = 3'600'000;
    out.spent = Spent {};
    out.members = std::move(members);
    return out;
}

} // namespace site
