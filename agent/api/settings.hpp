#pragma once

#include "model/node_shape.hpp"
#include "model/time.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace site {

/// Both ends included; empty when `last` is 0.
struct IdRange {
    std::uint32_t first = 0;
    std::uint32_t last = 0;

    [[nodiscard]] bool empty() const { return last == 0; }
    [[nodiscard]] bool contains(std::uint32_t id) const { return !empty() && first <= id && id <= last; }
};

/// How accounts lie in Slurm's tree.
enum class AccountTree : std::uint8_t {
    flat, ///< every project's account under `parent_account`
    by_customer ///< under an account of its organisation, which is under `parent_account`
};

/// What happens to the account or group of an allocation whose grace is over.
enum class Retire : std::uint8_t {
    keep, ///< closed and without members, kept for its history
    remove ///< its associations on this cluster, or the group, are removed
};

/// Where a secret is: a file with checked modes, or a systemd credential by name. Exactly one is set.
struct SecretSource {
    std::filesystem::path file;
    std::string credential;
};

/// What happens when a month's limit is reached.
enum class OnExhausted : std::uint8_t {
    stop, ///< no new work; running jobs finish
    kill ///< caps are written even where Slurm kills running jobs under them
};

/// `clusters[].slurm`: the Slurm plugin's settings.
struct SlurmSettings {
    std::string programs = "/usr/bin"; ///< folder of sacctmgr, sacct, sshare, scontrol, sinfo
    std::string conf; ///< SLURM_CONF of the children; empty: Slurm's own search
    std::string parent_account = "root";
    AccountTree accounts = AccountTree::flat;
    Retire retire = Retire::keep;
    OnExhausted on_exhausted = OnExhausted::stop;
    std::string default_qos; ///< empty: left to the site
    std::vector<std::string> qos; ///< the account's list; empty: left to the site
    std::string downscaled_qos; ///< DefaultQOS while a resource is downscaled; empty: not changed
    std::optional<std::int64_t> fairshare; ///< of accounts; none: left to the site
    std::vector<std::string> partitions; ///< one association a member and partition; empty: one for all
    NodeShape default_node; ///< all zero: made from `sinfo` at start
    std::map<std::string, NodeShape> nodes; ///< by partition
    /// TRES whose counts usage asks for besides, at most `most_extra_tres`; made from `usage`, no key of its
    /// own.
    std::vector<std::string> extra_tres;
    /// A cap is rewritten when it is off by more than this share of the month's limit (in 1/1000) …
    std::uint32_t cap_tolerance = 10;
    Seconds read_deadline { 60 };
    Seconds change_deadline { 900 }; ///< of one batch, such as a `load` of thousands
};

/// How Unix groups are kept, whatever keeps them.
struct GroupRules {
    Retire retire = Retire::keep;
    bool strict_members = false; ///< members of our groups that somebody else put there are taken out
};

/// How the agent makes Unix users, where it may.
struct UserRules {
    bool create = false;
    Retire retire = Retire::keep; ///< of a user whom no allocation knows any more; till then he is locked
    std::string shell = "/bin/bash";
    std::string home = "/home/{user}"; ///< `{user}` is his name
    std::string primary_group; ///< empty: a group of his own with his name
    std::string skeleton = "/etc/skel"; ///< copied into a new home; empty: no home is made
    std::uint32_t home_mode = 0700;
};

/// Programs that make the machine forget what its name service had remembered.
struct CacheRules {
    bool sssd = false; ///< `sss_cache -E` after a change
    bool nscd = false; ///< `nscd -i group`, `nscd -i passwd`
};

/// `clusters[].unix_groups`: groups and users in local files, by shadow's tools.
struct UnixGroupsSettings {
    GroupRules groups;
    UserRules users;
    CacheRules caches;
    std::string programs = "/usr/sbin"; ///< folder of groupadd, groupmod, groupdel, useradd, usermod, userdel
    std::string gpasswd = "/usr/bin/gpasswd";
    std::string prefix; ///< `--prefix`: files in PREFIX/etc; empty: the machine's own
    std::string root; ///< `--root`: chroot; empty: none. Not with `prefix`
    Seconds change_deadline { 60 }; ///< of one program; a lock that is left over makes it wait for 15 s
};

enum class LdapSchema : std::uint8_t {
    rfc2307, ///< `posixGroup` with `memberUid`
    rfc2307bis ///< `groupOfNames` with `member`, `posixGroup` beside it
};

/// `clusters[].ldap`: groups and users in a directory.
struct LdapSettings {
    GroupRules groups;
    UserRules users; ///< the home is not made here: pam_mkhomedir's
    CacheRules caches;
    std::string url; ///< ldap://, ldaps:// or ldapi://
    bool start_tls = false;
    std::string ca_file; ///< empty: the library's own
    std::string bind_dn; ///< empty with `external`
    SecretSource password;
    bool external = false; ///< SASL EXTERNAL: by the socket's uid over ldapi, or a client certificate
    std::string client_certificate;
    std::string client_key;
    LdapSchema schema = LdapSchema::rfc2307;
    std::string group_base; ///< DN below which groups are, and new ones are made
    std::string group_filter = "(objectClass=posixGroup)"; ///< of one enumeration of all that may be ours
    std::vector<std::string> group_classes; ///< of a new group; empty: the schema's
    std::string people_base; ///< DN below which users are
    std::string user_attribute = "uid"; ///< naming attribute of a user's entry
    std::vector<std::string>
        user_classes; ///< of a new user; empty: inetOrgPerson, posixAccount, shadowAccount
    std::string placeholder_member; ///< DN in a groupOfNames that would be empty; empty: the bind DN
    std::uint32_t page_size = 500;
    Seconds connect_timeout { 10 };
    Seconds read_deadline { 120 };
    Seconds change_deadline { 60 }; ///< of one operation
};

/// `clusters[].exec`: a site's own program as a backend.
struct ExecSettings {
    GroupRules groups;
    std::string program;
    std::vector<std::string> arguments;
    std::vector<std::string>
        records; ///< kinds that the program keeps: group, group_member, account, association
    Seconds read_deadline { 120 };
    Seconds change_deadline { 900 }; ///< of one batch
    std::uint64_t most_output = 64UL << 20; ///< bytes of one answer
};

/// What moves the files of a volume's quotas.
enum class StorageEngine : std::uint8_t { linux_quota, lustre, gpfs, cephfs, zfs, beegfs, exec };

std::string_view name(StorageEngine);

/// What a quota counts by.
enum class QuotaBy : std::uint8_t {
    none, ///< nothing is limited here
    project, ///< the directory: a project id, a fileset, or the directory itself
    group, ///< the Unix group
    user ///< the Unix user
};

std::string_view name(QuotaBy);

/// What becomes of the directory of who is gone and whose grace is over. Nothing is ever deleted.
enum class RetireDirectory : std::uint8_t {
    keep,
    lock, ///< mode 0
    move ///< into the folder `.retired` beneath the root, with the date
};

struct QuotaAmounts {
    std::optional<std::uint64_t> bytes {}; ///< none: not limited
    std::optional<std::uint64_t> files {};

    friend bool operator==(const QuotaAmounts&, const QuotaAmounts&) = default;
};

/// What each project, or each person, has on a volume. Amounts are never zero.
struct StorageRules {
    bool kept = false; ///< the section is there
    std::string directory {}; ///< below the root, with placeholders; empty: none is made
    std::string owner = "root"; ///< of the directory; `{user}`: the person
    std::string group {}; ///< `{group}`: the project's; a name; empty: root
    std::uint32_t mode = 02770;
    std::vector<std::string> acl {}; ///< entries as in setfacl; empty: none
    RetireDirectory retire = RetireDirectory::keep;
    QuotaBy quota_by = QuotaBy::none;
    QuotaAmounts quota {}; ///< at creation
    QuotaAmounts most {}; ///< whatever the portal grants
    std::uint32_t soft_percent = 0; ///< of the hard limit; 0: no soft limit
};

/// How a volume's level becomes a component's amount.
enum class StorageFigure : std::uint8_t { current, highest, mean };

/// `clusters[].storage[]`: one volume, a plugin instance of its own.
struct VolumeSettings {
    std::string name {}; ///< the key in reports
    StorageEngine engine = StorageEngine::linux_quota;
    std::string root {}; ///< absolute; directories are made below it
    std::string device {}; ///< gpfs: the file system; zfs: the dataset; beegfs: its mount
    std::string programs {}; ///< folder of the engine's tools; empty: the engine's own default
    std::string program {}; ///< exec: the site's program
    std::vector<std::string> arguments {}; ///< exec
    StorageRules projects {};
    StorageRules users {};
    std::map<std::string, QuotaAmounts> overrides {}; ///< by project identifier, `climate.brics`
    bool repair = false; ///< what somebody else changed is set right; else it is reported and stays
    std::optional<Seconds> grace {}; ///< over the soft limit; none: left to the file system
    std::uint32_t project_id_offset = 0; ///< a project's id is its group's id and this
    std::string
        granted_by {}; ///< component of the resource's limits that sets a project's quota; empty: none
    std::uint64_t granted_unit = 1UL << 30; ///< bytes
    std::uint64_t smallest = 0; ///< bytes, for a limit of zero; 0: one block
    Seconds read_every { 3600 }; ///< tools that read quotas are not started more often
    Seconds read_deadline { 300 }; ///< of one program
    Seconds change_deadline { 300 };
    std::uint64_t most_output = 256UL << 20; ///< bytes of one program's answer
    std::uint64_t tree_step = 200'000; ///< entries that are given a project id in one cycle
};

using PluginSettings
    = std::variant<SlurmSettings, UnixGroupsSettings, LdapSettings, ExecSettings, VolumeSettings>;

} // namespace site
