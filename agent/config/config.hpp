#pragma once

#include "api/settings.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// `mode`: whether the daemon may act.
enum class OperatingMode : std::uint8_t {
    enforce,
    audit ///< the whole loop, but nothing is changed at the site and nothing is sent
};

enum class LogFormat : std::uint8_t { text, json };

/// OIDC client credentials; the answer's access token goes out as `Authorization: Bearer`.
struct Oidc {
    std::string token_url; ///< https only, unless loopback
    std::string client_id;
    SecretSource client_secret;
    std::string scope;
};

struct PortalConfig {
    std::string name;
    std::string url; ///< base, an exact `/api` or `/api/` suffix already stripped; no trailing slash
    std::string identifier; ///< the portal part of its identifiers, `brics` in `climate.brics`
    SecretSource token; ///< for `Authorization: Token`; empty when `oidc` is set
    std::optional<Oidc> oidc;
    std::filesystem::path ca_file; ///< empty: the distribution's own
    std::string proxy; ///< `http://host:port` for CONNECT; empty: none. Never taken from the environment
    Seconds connect_timeout { 10 };
    Seconds request_timeout { 60 };
    std::uint32_t connections = 4; ///< at once
    std::uint32_t page_size = 100;
    std::uint64_t most_body = 16UL << 20; ///< bytes of one answer
    std::uint32_t retries = 4; ///< after the first try, with growing pauses
};

/// Which of the portal's allocations are this cluster's.
struct AllocationFilter {
    std::vector<Uuid> service_settings; ///< OpenPortal instances; empty: any
    std::vector<Uuid> offerings; ///< empty: any
};

enum class Measure : std::uint8_t { node, cpu, gpu, memory, billing, tres };

/// A component of the offering that the agent owns: what is measured, and how many of the measure's
/// seconds (memory: MB-seconds) make one of the portal's unit.
struct ComponentConfig {
    Measure measure = Measure::node;
    std::uint64_t unit = 3600;
    std::string tres {}; ///< which, of `Measure::tres`: `gres/gpu:a100`
};

/// An exact factor; the denominator is not 0.
struct Factor {
    std::uint64_t numerator = 1;
    std::uint64_t denominator = 1;

    bool operator==(const Factor&) const = default;
};

/// `usage.charge`: what a run of a job is charged.
struct ChargeConfig {
    bool requeued = true; ///< runs that ended in REQUEUED
    bool preempted = true; ///< … in PREEMPTED
    bool node_failed = true; ///< … in NODE_FAIL or BOOT_FAIL
    bool suspended = false; ///< suspended time too
    Seconds minimum { 0 }; ///< of a run that ended
    Seconds runaway_after { 86400 }; ///< past its time limit, what still runs is charged no more
    std::map<std::string, Factor> gpus {}; ///< how many GPUs one of this type counts for in a node's share
    Factor shard { 0, 1 }; ///< the same of one `gres/shard`
    std::map<std::string, Factor> partitions {}; ///< of the node-seconds
    std::map<std::string, Factor> qos {}; ///< of the node-seconds
};

/// A component that tells how much is stored on a volume.
struct StorageComponent {
    std::string volume;
    std::uint64_t unit = 1UL << 30; ///< bytes
    StorageFigure figure = StorageFigure::current;
};

struct UsageConfig {
    std::map<std::string, ComponentConfig>
        components {}; ///< by the portal's type; empty: nothing is reported
    std::map<std::string, StorageComponent> storage_components {}; ///< likewise, none of them in `components`
    bool per_user = true;
    Seconds close_after { 2 * 86400 }; ///< a day is read again until it is this old
    Seconds zone_offset { 0 }; ///< the portal's zone, for the month's turn, ahead of UTC
    Seconds recheck { 0 }; ///< from one look at a final day to the next; 0: never
    ChargeConfig charge {};
    std::vector<std::string>
        extra_tres {}; ///< that `components` and `charge` need besides; no key of its own
};

/// The names of TRES that components and charges need beside Slurm's usual ones, each once, sorted.
std::vector<std::string> extra_tres(const UsageConfig&);

/// `changed_by_hand`: what becomes of a record or field of ours that somebody else changed or removed.
enum class ByHand : std::uint8_t {
    repair, ///< set right again in the next cycle
    report ///< only told, but for what closes an access: that is always set right
};

struct GuardConfig {
    std::uint32_t most_taken = 5; ///< things taken away in one cycle, of a kind and of all together …
    std::uint32_t most_taken_share = 10; ///< … or this percentage of those we own, whichever is more
    std::uint32_t most_taken_day = 10; ///< the same over 24 hours …
    std::uint32_t most_taken_day_share = 20; ///< … or this percentage
    std::uint32_t empty_list_from = 1; ///< rows known before from which an empty list trips; 0: never
    std::uint32_t disjoint_list_from = 3; ///< the same for a list that has none of them; 0: never
    std::vector<std::string> protected_names; ///< local names never touched; the built-in list is added
    std::uint32_t lowest_uid = 1000;
    Seconds clock_skew { 300 };
};

struct ClusterConfig {
    std::string name; ///< Slurm's ClusterName
    std::string portal; ///< by name
    AllocationFilter allocations;
    std::uint64_t limit_unit = 3600; ///< node-seconds in one unit of `node_limit`
    std::vector<std::string> plugins; ///< folder names, in no order
    std::optional<SlurmSettings> slurm;
    std::optional<UnixGroupsSettings> unix_groups;
    std::optional<LdapSettings> ldap;
    std::optional<ExecSettings> exec;
    std::vector<VolumeSettings> storage; ///< each an instance of the plugin storage_quota
    IdRange gids; ///< of new groups; empty: none are made
    IdRange uids; ///< of new users
    UsageConfig usage;
    bool resolve_people = true; ///< a member that NSS doesn't know waits

    /// The plugins' instances by name: one each, but of `storage_quota` one a volume,
    /// `storage_quota/scratch`.
    [[nodiscard]] std::vector<std::string> instances() const;
    /// The volume of an instance; null when it is another plugin's.
    [[nodiscard]] const VolumeSettings* volume_of(const std::string& instance) const;
};

/// The daemon's local HTTP endpoint, read-only.
struct EndpointConfig {
    std::string listen; ///< see parse_listen_address; empty: nothing listens
    std::string group; ///< of the Unix socket; empty: only the agent's own user
    SecretSource token; ///< both empty: clients need none
    std::vector<std::string> hosts; ///< further names that clients may use
    std::string resource; ///< of the documents; empty: `identifier.cluster`
    std::uint32_t metrics_projects = 1000; ///< that have metrics of their own, at most

    [[nodiscard]] bool has_token() const { return !token.file.empty() || !token.credential.empty(); }
};

struct Config {
    std::filesystem::path file; ///< where it was read from
    std::filesystem::path state = "/var/lib/site-agent";
    std::filesystem::path runtime = "/run/site-agent"; ///< the writer lock
    std::filesystem::path plugins; ///< folder of the modules; default beside the program's library folder
    OperatingMode mode = OperatingMode::enforce;
    std::string log_level = "info";
    LogFormat log_format = LogFormat::text;
    Seconds cycle_interval { 60 };
    Seconds usage_interval { 900 };
    Seconds month_end_interval { 300 };
    Seconds status_interval { 1800 };
    Seconds storage_interval { 3600 };
    Seconds member_grace { 86400 };
    Seconds allocation_grace { 7 * 86400 };
    Seconds snapshot_max_age { 7 * 86400 };
    Seconds lock_wait { 600 };
    Seconds backup_interval { 86400 };
    std::uint32_t backup_keep = 14; ///< 0: none are made
    std::filesystem::path reports_directory {}; ///< empty: `reports` in `state`
    bool reports_write = true; ///< after each reading
    Seconds journal_keep { 731 * 86400 }; ///< 0: for ever
    ByHand changed_by_hand = ByHand::repair;
    std::uint32_t erred_after
        = 5; ///< cycles that one resource's fault lasts before the portal is told; 0: never
    GuardConfig guards;
    EndpointConfig endpoint;
    std::vector<PortalConfig> portals; ///< exactly one, for now
    std::vector<ClusterConfig> clusters; ///< exactly one, for now

    /// Where the portal's documents are written, in a folder for each month.
    [[nodiscard]] std::filesystem::path reports_folder() const
    {
        return reports_directory.empty() ? state / "reports" : reports_directory;
    }
    [[nodiscard]] const PortalConfig& portal_of(const ClusterConfig&) const;
};

/// A problem of the file, with where it is. Lines and columns count from 1; 0 when it has none.
struct Problem {
    std::filesystem::path file;
    int line = 0;
    int column = 0;
    std::string key; ///< dotted path: `portals[0].url`
    std::string text; ///< what is wrong, what is allowed
};

std::string text(const Problem&); ///< `file:line:column: key: what is wrong, what is allowed`

/// The configuration, or every problem at once. No value is ever silently replaced by a default: a key
/// that is missing has its documented default or is a problem.
struct Loaded {
    Config config;
    std::vector<Problem> problems; ///< empty: `config` is good
};
Loaded load_config(const std::filesystem::path&);
Loaded parse_config(const std::string& yaml, const std::filesystem::path& named);

/// A key of the configuration as it holds now: for `site-agent config`.
struct EffectiveSetting {
    std::string key; ///< dotted path
    std::string value; ///< as YAML would have it; never a secret, those are only named
    std::string source; ///< `file:line` or `default`
};
std::vector<EffectiveSetting> effective(const std::string& yaml, const std::filesystem::path& named);

/// Every key with its default, unit and bounds; the example file, the man page and the tests are held against
/// it.
struct KeyDoc {
    std::string key;
    std::string type;
    std::string fallback; ///< default as text; empty: required or none
    std::string help;
};
const std::vector<KeyDoc>& documented_keys();

} // namespace site
