#include "config/factor.hpp"
#include "config/key_binding.hpp"

#include <map>

namespace site::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto required = Fallback::Kind::required;
constexpr auto none = Fallback::Kind::none;
constexpr Fallback built_in { Fallback::Kind::built_in, "LIBDIR/site-agent/plugins" };

constexpr Seconds day { 86400 };

const ChoiceType modes { { { "enforce", static_cast<int>(OperatingMode::enforce) },
    { "audit", static_cast<int>(OperatingMode::audit) } } };
const ChoiceType by_hand { { { "repair", static_cast<int>(ByHand::repair) },
    { "report", static_cast<int>(ByHand::report) } } };
const ChoiceType log_formats { { { "text", static_cast<int>(LogFormat::text) },
    { "json", static_cast<int>(LogFormat::json) } } };
const ChoiceType limit_units { { { "node-seconds", 1 }, { "node-minutes", 60 }, { "node-hours", 3600 },
    { "node-days", 86400 } } };
const ChoiceType account_trees { { { "flat", static_cast<int>(AccountTree::flat) },
    { "by_customer", static_cast<int>(AccountTree::by_customer) } } };
const ChoiceType retirements { { { "keep", static_cast<int>(Retire::keep) },
    { "delete", static_cast<int>(Retire::remove) } } };
const ChoiceType exhaustions { { { "stop", static_cast<int>(OnExhausted::stop) },
    { "kill", static_cast<int>(OnExhausted::kill) } } };
const ChoiceType measures { { { "node", static_cast<int>(Measure::node) },
    { "cpu", static_cast<int>(Measure::cpu) }, { "gpu", static_cast<int>(Measure::gpu) },
    { "memory", static_cast<int>(Measure::memory) }, { "billing", static_cast<int>(Measure::billing) },
    { "tres", static_cast<int>(Measure::tres) } } };
// Which of them fit the measure is a cross check. Memory is measured in MB-seconds.
const ChoiceType component_units { { { "seconds", 1 }, { "minutes", 60 }, { "hours", 3600 },
    { "days", 86400 }, { "mb-hours", 3600 }, { "gb-hours", 3600 * 1024 } } };

void nothing(Target&, const Value&)
{
}

void open_portal(Target& target, const Value&)
{
    target.portal = &target.config.portals.emplace_back();
}

void open_oidc(Target& target, const Value&)
{
    target.portal->oidc.emplace();
}

void open_cluster(Target& target, const Value&)
{
    target.cluster = &target.config.clusters.emplace_back();
}

void open_slurm(Target& target, const Value&)
{
    target.cluster->slurm.emplace();
}

void open_default_node(Target& target, const Value&)
{
    target.shape = &target.cluster->slurm->default_node;
}

void open_node(Target& target, const Value& name)
{
    target.shape = &target.cluster->slurm->nodes[std::get<std::string>(name)];
}

void open_component(Target& target, const Value& name)
{
    target.component = &target.cluster->usage.components[std::get<std::string>(name)];
}

// clang-format off
std::vector<Key> site_keys()
{
    return {
        { "state_dir", TextType { &path_rule }, "/var/lib/site-agent",
            "Folder of the agent's database: journal, ownership, ledger, outbox.", into(&Config::state) },
        { "runtime_dir", TextType { &path_rule }, "/run/site-agent",
            "Folder of the writer lock.", into(&Config::runtime) },
        { "plugin_dir", TextType { &path_rule }, built_in,
            "Folder of the plugins, owned by root.", into(&Config::plugins) },
        { "mode", modes, "enforce",
            "Whether the daemon may act. In audit it runs the whole loop, changes nothing and sends nothing.",
            into(&Config::mode) },
        { "log", SectionType {}, "{}", "What goes to the log.", nothing },
        { "log.level", TextType { &log_level_rule }, "info",
            "The least level that is logged.", into(&Config::log_level) },
        { "log.format", log_formats, "text",
            "Lines for people, or one JSON object a line.", into(&Config::log_format) },
        { "intervals", SectionType {}, "{}", "How often the daemon does what.", nothing },
        { "intervals.cycle", DurationType { 1s, day }, "1m",
            "From one reconcile cycle to the next.", into(&Config::cycle_interval) },
        { "intervals.usage", DurationType { 1s, day }, "15m",
            "From one reading and sending of usage to the next.", into(&Config::usage_interval) },
        { "intervals.usage_month_end", DurationType { 1s, day }, "5m",
            "The same in the last and the first two hours of the portal's month, where it is shorter.",
            into(&Config::month_end_interval) },
        { "intervals.status", DurationType { 1s, 7 * day }, "30m",
            "From one status of a resource to the next.", into(&Config::status_interval) },
        { "intervals.storage", DurationType { 1min, day }, "1h",
            "From one reading of the volumes' levels to the next.", into(&Config::storage_interval) },
        { "grace", SectionType {}, "{}",
            "How long what is gone from the portal stays closed before it is removed.", nothing },
        { "grace.members", DurationType { 1s, 365 * day }, "1d",
            "Grace of a person in a project.", into(&Config::member_grace) },
        { "grace.allocations", DurationType { 1s, 365 * day }, "7d",
            "Grace of a whole allocation.", into(&Config::allocation_grace) },
        { "snapshot", SectionType {}, "{}", "The stored view of the portal, for when it can't be reached.", nothing },
        { "snapshot.max_age", DurationType { 0s, 90 * day }, "7d",
            "A stored view older than this is not used; 0s: never. It only ever closes.",
            into(&Config::snapshot_max_age) },
        { "lock_wait", DurationType { 0s, day }, "10m",
            "How long a command waits for another writer to finish.", into(&Config::lock_wait) },
        { "backup", SectionType {}, "{}", "Copies of the store that the daemon makes, in state_dir/backups.", nothing },
        { "backup.interval", DurationType { 1h, 30 * day }, "1d",
            "From one backup to the next.", into(&Config::backup_interval) },
        { "backup.keep", CountType { 0, 1000 }, "14",
            "How many are kept; 0: none are made.", into(&Config::backup_keep) },
        { "reports", SectionType {}, "{}",
            "The portal's documents of usage and storage, as files, a folder for each month.", nothing },
        { "reports.directory", TextType { &path_rule }, none,
            "The folder; left out: reports in state_dir.", into(&Config::reports_directory) },
        { "reports.write", BoolType {}, "true",
            "Whether they are written after each reading; in audit they are not.", into(&Config::reports_write) },
        { "journal", SectionType {}, "{}", "The account of everything that was intended and done.", nothing },
        { "journal.keep", DurationType { 0s, 3650 * day }, "731d",
            "Settled entries older than this are dropped once a day, and an anchor stands for them; 0s: never.",
            into(&Config::journal_keep) },
        { "changed_by_hand", by_hand, "repair",
            "Whether what is the agent's own and was changed by somebody else is set right or only told.",
            into(&Config::changed_by_hand) },
        { "erred_after", CountType { 0, 100'000 }, "5",
            "Cycles that a fault of one resource alone lasts before it is marked as erred; 0: never.",
            into(&Config::erred_after) },
        { "guards", SectionType {}, "{}", "What stops the agent from doing harm.", nothing },
        { "guards.most_taken", CountType { 0, 1'000'000 }, "5",
            "Things, of a kind and of all together, that a cycle may take away without an allowance ...",
            into(&GuardConfig::most_taken) },
        { "guards.most_taken_share", PercentType { 0, 100, 1 }, "10",
            "... or this share of those that are the agent's own, whichever is more.",
            into(&GuardConfig::most_taken_share) },
        { "guards.most_taken_day", CountType { 0, 1'000'000 }, "10",
            "The same over 24 hours ...", into(&GuardConfig::most_taken_day) },
        { "guards.most_taken_day_share", PercentType { 0, 100, 1 }, "20",
            "... or this share, whichever is more.", into(&GuardConfig::most_taken_day_share) },
        { "guards.empty_list_from", CountType { 0, 1'000'000 }, "1",
            "Rows known before, from which on an empty list takes nothing away; 0: never.",
            into(&GuardConfig::empty_list_from) },
        { "guards.disjoint_list_from", CountType { 0, 1'000'000 }, "3",
            "Rows known before, from which on a list with none of them takes nothing away; 0: never.",
            into(&GuardConfig::disjoint_list_from) },
        { "guards.protected_names", TextListType { &local_name_rule }, "[]",
            "Local users and groups that are never touched, beside the built-in list.",
            into(&GuardConfig::protected_names) },
        { "guards.lowest_uid", CountType { 1, 4'294'967'293 }, "1000",
            "Users and groups with a lower number are never touched.", into(&GuardConfig::lowest_uid) },
        { "guards.clock_skew", DurationType { 1s, 1h }, "5m",
            "A portal's clock further off than this stops every change.", into(&GuardConfig::clock_skew) },
    };
}

std::vector<Key> portal_keys()
{
    return {
        { "portals", SectionListType {}, required, "The portal that says who may do what.", open_portal },
        { "portals[].name", TextType { &label_rule }, required,
            "What clusters call it by.", into(&PortalConfig::name) },
        { "portals[].url", TextType { &base_url_rule }, required,
            "Its base URL. A last /api is left off; no credentials.", into(&PortalConfig::url) },
        { "portals[].identifier", TextType { &portal_identifier_rule }, required,
            "Its part in identifiers: brics in climate.brics.", into(&PortalConfig::identifier) },
        { "portals[].token_file", TextType { &secret_path_rule }, none,
            "File with the API token, readable by the agent alone. "
            "Exactly one of token_file, token_credential and oidc is required.",
            into(&PortalConfig::token, &SecretSource::file) },
        { "portals[].token_credential", TextType { &credential_rule }, none,
            "Or the systemd credential with the API token, given to the unit with LoadCredential=.",
            into(&PortalConfig::token, &SecretSource::credential) },
        { "portals[].oidc", SectionType {}, none,
            "Or OpenID Connect client credentials, whose token is sent as a bearer.", open_oidc },
        { "portals[].oidc.token_url", TextType { &token_url_rule }, required,
            "The token endpoint.", into(&Oidc::token_url) },
        { "portals[].oidc.client_id", TextType { &client_id_rule }, required,
            "The client.", into(&Oidc::client_id) },
        { "portals[].oidc.client_secret_file", TextType { &secret_path_rule }, none,
            "File with the client's secret. Exactly one of client_secret_file and client_secret_credential is required.",
            into(&Oidc::client_secret, &SecretSource::file) },
        { "portals[].oidc.client_secret_credential", TextType { &credential_rule }, none,
            "Or the systemd credential with the client's secret.",
            into(&Oidc::client_secret, &SecretSource::credential) },
        { "portals[].oidc.scope", TextType { &scope_rule }, none,
            "Scopes to ask for; left out: none are asked for.", into(&Oidc::scope) },
        { "portals[].ca_file", TextType { &path_rule }, none,
            "Certificates to trust; left out: the distribution's own.", into(&PortalConfig::ca_file) },
        { "portals[].proxy", TextType { &proxy_rule }, none,
            "Proxy for CONNECT; left out: none. The environment is never asked.", into(&PortalConfig::proxy) },
        { "portals[].connect_timeout", DurationType { 1s, 5min }, "10s",
            "For a connection to be made.", into(&PortalConfig::connect_timeout) },
        { "portals[].request_timeout", DurationType { 1s, 1h }, "60s",
            "For a request to be answered in full.", into(&PortalConfig::request_timeout) },
        { "portals[].connections", CountType { 1, 16 }, "4",
            "Connections at once.", into(&PortalConfig::connections) },
        { "portals[].page_size", CountType { 1, 1000 }, "100",
            "Rows asked for in one page of a list.", into(&PortalConfig::page_size) },
        { "portals[].most_body", SizeType { 64 << 10, 1 << 30 }, "16MiB",
            "An answer larger than this is an error.", into(&PortalConfig::most_body) },
        { "portals[].retries", CountType { 0, 10 }, "4",
            "Tries after the first, with growing pauses.", into(&PortalConfig::retries) },
    };
}

std::vector<Key> cluster_keys()
{
    return {
        { "clusters", SectionListType {}, required, "The cluster that is kept in agreement.", open_cluster },
        { "clusters[].name", TextType { &cluster_name_rule }, required,
            "Its name in Slurm.", into(&ClusterConfig::name) },
        { "clusters[].portal", TextType { &label_rule }, required,
            "The name of its portal.", into(&ClusterConfig::portal) },
        { "clusters[].allocations", SectionType {}, required,
            "Which of the portal's allocations are this cluster's. At least one of the two lists has an entry.",
            nothing },
        { "clusters[].allocations.service_settings", TextListType { &uuid_rule }, "[]",
            "UUIDs of OpenPortal instances; empty: any.", into(&AllocationFilter::service_settings) },
        { "clusters[].allocations.offerings", TextListType { &uuid_rule }, "[]",
            "UUIDs of offerings; empty: any.", into(&AllocationFilter::offerings) },
        { "clusters[].limit_unit", limit_units, "node-hours",
            "What the portal's node_limit counts.", into(&ClusterConfig::limit_unit) },
        { "clusters[].plugins", TextListType { &plugin_rule, 1 }, required,
            "The plugins that act on the cluster, in no order.", into(&ClusterConfig::plugins) },
        { "clusters[].resolve_people", BoolType {}, "true",
            "Whether a member waits until the system knows the user.", into(&ClusterConfig::resolve_people) },
        { "clusters[].slurm", SectionType {}, none,
            "Settings of the plugin slurm: there if, and only if, it is one of the plugins. {} takes the defaults.",
            open_slurm },
        { "clusters[].slurm.programs", TextType { &path_rule }, "/usr/bin",
            "Folder of sacctmgr, sacct, sshare, scontrol and sinfo.", into(&SlurmSettings::programs) },
        { "clusters[].slurm.conf", TextType { &path_rule }, none,
            "slurm.conf for these programs; left out: Slurm finds its own.", into(&SlurmSettings::conf) },
        { "clusters[].slurm.parent_account", TextType { &slurm_name_rule }, "root",
            "Account that all of the agent's lie under.", into(&SlurmSettings::parent_account) },
        { "clusters[].slurm.accounts", account_trees, "flat",
            "Whether projects lie under parent_account at once or under an account of their organisation.",
            into(&SlurmSettings::accounts) },
        { "clusters[].slurm.retire", retirements, "keep",
            "What happens after grace: the account stays, closed and empty, or its associations here are deleted.",
            into(&SlurmSettings::retire) },
        { "clusters[].slurm.on_exhausted", exhaustions, "stop",
            "When a month's limit is reached: no new work, or caps that may kill running jobs.",
            into(&SlurmSettings::on_exhausted) },
        { "clusters[].slurm.default_qos", TextType { &slurm_name_rule }, none,
            "DefaultQOS of accounts; left out: the site's own.", into(&SlurmSettings::default_qos) },
        { "clusters[].slurm.qos", TextListType { &slurm_name_rule }, "[]",
            "QOS list of accounts; empty: the site's own.", into(&SlurmSettings::qos) },
        { "clusters[].slurm.downscaled_qos", TextType { &slurm_name_rule }, none,
            "DefaultQOS while the portal has a resource downscaled; left out: not changed.",
            into(&SlurmSettings::downscaled_qos) },
        { "clusters[].slurm.fairshare", CountType { 0, 2'147'483'646 }, none,
            "Fairshare of accounts; left out: the site's own.", into(&SlurmSettings::fairshare) },
        { "clusters[].slurm.partitions", TextListType { &partition_rule }, "[]",
            "One association for each member and partition; empty: one for all.", into(&SlurmSettings::partitions) },
        { "clusters[].slurm.default_node", SectionType {}, none,
            "What a whole node has, where nodes says nothing of its partition; left out: asked of sinfo at start.",
            open_default_node },
        { "clusters[].slurm.default_node.cpus", CountType { 0, 1'000'000 }, none,
            "CPUs; 0 or left out: they don't count.", into(&NodeShape::cpus) },
        { "clusters[].slurm.default_node.gpus", CountType { 0, 10'000 }, none,
            "GPUs; 0 or left out: they don't count.", into(&NodeShape::gpus) },
        { "clusters[].slurm.default_node.memory", MemoryType {}, none,
            "Memory; left out: it doesn't count.", into(&NodeShape::memory) },
        { "clusters[].slurm.default_node.billing", CountType { 0, 1'000'000'000 }, none,
            "Billing weight of a whole node; 0 or left out: it doesn't count.", into(&NodeShape::billing) },
        { "clusters[].slurm.nodes", SectionMapType { &partition_rule }, "{}",
            "The same by partition.", open_node },
        { "clusters[].slurm.nodes.*.cpus", CountType { 0, 1'000'000 }, none,
            "As in default_node.", into(&NodeShape::cpus) },
        { "clusters[].slurm.nodes.*.gpus", CountType { 0, 10'000 }, none,
            "As in default_node.", into(&NodeShape::gpus) },
        { "clusters[].slurm.nodes.*.memory", MemoryType {}, none,
            "As in default_node.", into(&NodeShape::memory) },
        { "clusters[].slurm.nodes.*.billing", CountType { 0, 1'000'000'000 }, none,
            "As in default_node.", into(&NodeShape::billing) },
        { "clusters[].slurm.cap_tolerance", PercentType { 0, 50, 10 }, "1%",
            "A cap is written again when it is off by more than this share of the month's limit.",
            into(&SlurmSettings::cap_tolerance) },
        { "clusters[].slurm.read_deadline", DurationType { 1s, 1h }, "1m",
            "For a program that reads.", into(&SlurmSettings::read_deadline) },
        { "clusters[].slurm.change_deadline", DurationType { 1s, day }, "15m",
            "For a program that makes a batch of changes.", into(&SlurmSettings::change_deadline) },
        { "clusters[].usage", SectionType {}, "{}", "What is told to the portal of usage.", nothing },
        { "clusters[].usage.components", SectionMapType { &component_rule }, "{}",
            "Components of the offering that the agent reports; empty: none.", open_component },
        { "clusters[].usage.components.*.measure", measures, required,
            "What is measured.", into(&ComponentConfig::measure) },
        { "clusters[].usage.components.*.unit", component_units, required,
            "The portal's unit: mb-hours or gb-hours of memory, else seconds, minutes, hours or days.",
            into(&ComponentConfig::unit) },
        { "clusters[].usage.components.*.tres", TextType { &tres_rule }, none,
            "Which one, of the measure tres: gres/gpu:a100, license/x.", into(&ComponentConfig::tres) },
        { "clusters[].usage.per_user", BoolType {}, "true",
            "Whether usage is also reported by user.", into(&UsageConfig::per_user) },
        { "clusters[].usage.close_after", DurationType { 1h, 31 * day }, "2d",
            "A day is read again until it is this old, then it is final.", into(&UsageConfig::close_after) },
        { "clusters[].usage.zone", ZoneType {}, "+00:00",
            "The portal's zone, in which its month turns.", into(&UsageConfig::zone_offset) },
        { "clusters[].usage.recheck", DurationType { 0s, 31 * day }, "1h",
            "How often a final day is read again to see whether it still comes out as it was; 0s: never.",
            into(&UsageConfig::recheck) },
    };
}
// clang-format on

using Index = std::map<std::string_view, std::vector<const Key*>, std::less<>>;

Index made_index()
{
    Index index;
    for (const auto& key : key_table())
        index[key.parent()].push_back(&key);
    return index;
}

} // namespace

std::string_view Key::parent() const
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view {} : path.substr(0, dot);
}

std::string_view Key::word() const
{
    const auto dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

const std::vector<Key>& key_table()
{
    static const std::vector<Key> table = [] {
        auto all = site_keys();
        for (auto* more : { &endpoint_keys, &portal_keys, &cluster_keys, &charge_keys, &group_keeper_keys,
                 &storage_keys }) {
            auto keys = (*more)();
            all.insert(all.end(), keys.begin(), keys.end());
        }
        return all;
    }();
    return table;
}

std::span<const Key* const> keys_of(std::string_view section)
{
    static const Index index = made_index();
    const auto found = index.find(section);
    if (found == index.end())
        return {};
    return found->second;
}

} // namespace site::detail
