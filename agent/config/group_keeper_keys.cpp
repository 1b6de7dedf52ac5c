#include "config/key_binding.hpp"

#include <algorithm>
#include <charconv>

namespace site::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto required = Fallback::Kind::required;
constexpr auto none = Fallback::Kind::none;
constexpr Seconds day { 86400 };
constexpr std::int64_t most_id = 4'294'967'293; // the last two are nobody's

const ChoiceType retirements { { { "keep", static_cast<int>(Retire::keep) },
    { "delete", static_cast<int>(Retire::remove) } } };
const ChoiceType schemas { { { "rfc2307", static_cast<int>(LdapSchema::rfc2307) },
    { "rfc2307bis", static_cast<int>(LdapSchema::rfc2307bis) } } };

void nothing(Target&, const Value&)
{
}

void open_unix_groups(Target& target, const Value&)
{
    auto& settings = target.cluster->unix_groups.emplace();
    target.groups = &settings.groups;
    target.users = &settings.users;
}

void open_ldap(Target& target, const Value&)
{
    auto& settings = target.cluster->ldap.emplace();
    target.groups = &settings.groups;
    target.users = &settings.users;
}

void open_exec(Target& target, const Value&)
{
    target.groups = &target.cluster->exec.emplace().groups;
}

/// Forgetting what the name service remembered: by the programs that are listed.
template <class Owner> void put_caches(Target& target, const Value& value)
{
    const auto& names = std::get<std::vector<std::string>>(value);
    auto& caches = owner<Owner>(target).caches;
    caches.sssd = std::find(names.begin(), names.end(), "sssd") != names.end();
    caches.nscd = std::find(names.begin(), names.end(), "nscd") != names.end();
}

void put_mode(Target& target, const Value& value)
{
    const auto& text = std::get<std::string>(value); // four octal digits, by its rule
    std::from_chars(text.data(), text.data() + text.size(), target.users->home_mode, 8);
}

// clang-format off
std::vector<Key> id_keys()
{
    return {
        { "clusters[].group_ids", SectionType {}, none,
            "Ids of new groups. Needed where a plugin keeps groups.", nothing },
        { "clusters[].group_ids.first", CountType { 1, most_id }, required,
            "The least that is given, not below guards.lowest_uid.", into(&ClusterConfig::gids, &IdRange::first) },
        { "clusters[].group_ids.last", CountType { 1, most_id }, required,
            "The greatest that is given.", into(&ClusterConfig::gids, &IdRange::last) },
        { "clusters[].user_ids", SectionType {}, none,
            "Ids of new users. Needed where users.create is true.", nothing },
        { "clusters[].user_ids.first", CountType { 1, most_id }, required,
            "The least that is given, not below guards.lowest_uid.", into(&ClusterConfig::uids, &IdRange::first) },
        { "clusters[].user_ids.last", CountType { 1, most_id }, required,
            "The greatest that is given.", into(&ClusterConfig::uids, &IdRange::last) },
    };
}

std::vector<Key> unix_group_keys()
{
    return {
        { "clusters[].unix_groups", SectionType {}, none,
            "Settings of the plugin unix_groups: there if, and only if, it is one of the plugins. {} takes the defaults.",
            open_unix_groups },
        { "clusters[].unix_groups.programs", TextType { &path_rule }, "/usr/sbin",
            "Folder of groupadd, groupmod, groupdel, useradd, usermod and userdel.", into(&UnixGroupsSettings::programs) },
        { "clusters[].unix_groups.gpasswd", TextType { &path_rule }, "/usr/bin/gpasswd",
            "The program gpasswd.", into(&UnixGroupsSettings::gpasswd) },
        { "clusters[].unix_groups.prefix", TextType { &path_rule }, none,
            "Folder whose etc holds the files, by the tools' --prefix; left out: the machine's own.",
            into(&UnixGroupsSettings::prefix) },
        { "clusters[].unix_groups.root", TextType { &path_rule }, none,
            "Folder that the tools are run in, by their --root; left out: none. Not beside prefix.",
            into(&UnixGroupsSettings::root) },
        { "clusters[].unix_groups.retire", retirements, "keep",
            "What happens to a group after grace: it stays, empty, or it is deleted.", into(&GroupRules::retire) },
        { "clusters[].unix_groups.strict_members", BoolType {}, "false",
            "Whether who was put into a group of the agent's by somebody else is taken out again.",
            into(&GroupRules::strict_members) },
        { "clusters[].unix_groups.caches", TextListType { &cache_rule }, "[]",
            "Caches of the name service that are told of changes.", put_caches<UnixGroupsSettings> },
        { "clusters[].unix_groups.change_deadline", DurationType { 1s, 1h }, "1m",
            "For one program. A lock that was left over makes each wait 15 s.",
            into(&UnixGroupsSettings::change_deadline) },
        { "clusters[].unix_groups.users", SectionType {}, "{}", "Users that the agent may make.", nothing },
        { "clusters[].unix_groups.users.create", BoolType {}, "false",
            "Whether a member that the system doesn't know is made, and locked when he has left every project.",
            into(&UserRules::create) },
        { "clusters[].unix_groups.users.retire", retirements, "keep",
            "What happens to a user of the agent's whom no project knows any more: he stays, locked, or is deleted, "
            "his home untouched.", into(&UserRules::retire) },
        { "clusters[].unix_groups.users.shell", TextType { &path_rule }, "/bin/bash", "His shell.", into(&UserRules::shell) },
        { "clusters[].unix_groups.users.home", TextType { &home_rule }, "/home/{user}", "His home.", into(&UserRules::home) },
        { "clusters[].unix_groups.users.primary_group", TextType { &local_name_rule }, none,
            "His primary group; left out: one of his own, with his name.", into(&UserRules::primary_group) },
        { "clusters[].unix_groups.users.skeleton", TextType { &path_rule }, "/etc/skel",
            "Folder that a new home is copied from.", into(&UserRules::skeleton) },
        { "clusters[].unix_groups.users.home_mode", TextType { &mode_rule }, "0700", "Mode of a new home.", put_mode },
    };
}

std::vector<Key> ldap_keys()
{
    return {
        { "clusters[].ldap", SectionType {}, none,
            "Settings of the plugin ldap: there if, and only if, it is one of the plugins.", open_ldap },
        { "clusters[].ldap.url", TextType { &ldap_url_rule }, required,
            "The server. Without TLS only for a loopback host or a socket.", into(&LdapSettings::url) },
        { "clusters[].ldap.start_tls", BoolType {}, "false",
            "Whether an ldap:// connection is encrypted before anything is sent.", into(&LdapSettings::start_tls) },
        { "clusters[].ldap.ca_file", TextType { &path_rule }, none,
            "Certificates to trust; left out: the distribution's own.", into(&LdapSettings::ca_file) },
        { "clusters[].ldap.bind_dn", TextType { &dn_rule }, none,
            "Who the agent is to the server. Exactly one of bind_dn and external is required.",
            into(&LdapSettings::bind_dn) },
        { "clusters[].ldap.password_file", TextType { &secret_path_rule }, none,
            "File with the password, readable by the agent alone. With bind_dn exactly one of the two.",
            into(&LdapSettings::password, &SecretSource::file) },
        { "clusters[].ldap.password_credential", TextType { &credential_rule }, none,
            "Or the systemd credential with the password, given to the unit with LoadCredential=.",
            into(&LdapSettings::password, &SecretSource::credential) },
        { "clusters[].ldap.external", BoolType {}, "false",
            "Whether the server knows the agent by its socket's user or its certificate (SASL EXTERNAL).",
            into(&LdapSettings::external) },
        { "clusters[].ldap.client_certificate", TextType { &path_rule }, none,
            "The agent's own certificate; client_key stands beside it.", into(&LdapSettings::client_certificate) },
        { "clusters[].ldap.client_key", TextType { &path_rule }, none,
            "Its key, readable by the agent alone.", into(&LdapSettings::client_key) },
        { "clusters[].ldap.schema", schemas, "rfc2307",
            "posixGroup with memberUid, or groupOfNames with member and posixGroup beside it.", into(&LdapSettings::schema) },
        { "clusters[].ldap.group_base", TextType { &dn_rule }, required,
            "Below which groups are, and new ones are made.", into(&LdapSettings::group_base) },
        { "clusters[].ldap.group_filter", TextType { &ldap_filter_rule }, "(objectClass=posixGroup)",
            "Of the one enumeration of all groups that may be the agent's.", into(&LdapSettings::group_filter) },
        { "clusters[].ldap.group_classes", TextListType { &ldap_word_rule }, "[]",
            "Classes of a new group; empty: the schema's.", into(&LdapSettings::group_classes) },
        { "clusters[].ldap.people_base", TextType { &dn_rule }, none,
            "Below which users are. Required by rfc2307bis and by users.create.", into(&LdapSettings::people_base) },
        { "clusters[].ldap.user_attribute", TextType { &ldap_word_rule }, "uid",
            "Attribute that names a user's entry.", into(&LdapSettings::user_attribute) },
        { "clusters[].ldap.user_classes", TextListType { &ldap_word_rule }, "[]",
            "Classes of a new user; empty: inetOrgPerson, posixAccount and shadowAccount.", into(&LdapSettings::user_classes) },
        { "clusters[].ldap.placeholder_member", TextType { &placeholder_rule }, none,
            "Who stands in a groupOfNames that would else be empty; none where the server allows that; left out: bind_dn.",
            into(&LdapSettings::placeholder_member) },
        { "clusters[].ldap.page_size", CountType { 10, 100'000 }, "500",
            "Entries asked for in one page; not more than the server's own limit.", into(&LdapSettings::page_size) },
        { "clusters[].ldap.connect_timeout", DurationType { 1s, 5min }, "10s",
            "For a connection to be made.", into(&LdapSettings::connect_timeout) },
        { "clusters[].ldap.read_deadline", DurationType { 1s, 1h }, "2m",
            "For a search with all of its pages.", into(&LdapSettings::read_deadline) },
        { "clusters[].ldap.change_deadline", DurationType { 1s, 1h }, "1m",
            "For one operation that changes something.", into(&LdapSettings::change_deadline) },
        { "clusters[].ldap.retire", retirements, "keep", "As in unix_groups.", into(&GroupRules::retire) },
        { "clusters[].ldap.strict_members", BoolType {}, "false", "As in unix_groups.", into(&GroupRules::strict_members) },
        { "clusters[].ldap.caches", TextListType { &cache_rule }, "[]",
            "As in unix_groups, on this machine.", put_caches<LdapSettings> },
        { "clusters[].ldap.users", SectionType {}, "{}",
            "As in unix_groups. No home is made: that is left to pam_mkhomedir.", nothing },
        { "clusters[].ldap.users.create", BoolType {}, "false", "As in unix_groups.", into(&UserRules::create) },
        { "clusters[].ldap.users.retire", retirements, "keep", "As in unix_groups.", into(&UserRules::retire) },
        { "clusters[].ldap.users.shell", TextType { &path_rule }, "/bin/bash", "As in unix_groups.", into(&UserRules::shell) },
        { "clusters[].ldap.users.home", TextType { &home_rule }, "/home/{user}", "As in unix_groups.", into(&UserRules::home) },
        { "clusters[].ldap.users.primary_group", TextType { &local_name_rule }, none,
            "As in unix_groups.", into(&UserRules::primary_group) },
    };
}

std::vector<Key> exec_keys()
{
    return {
        { "clusters[].exec", SectionType {}, none,
            "Settings of the plugin exec, a site's own program: there if, and only if, it is one of the plugins.", open_exec },
        { "clusters[].exec.program", TextType { &path_rule }, required,
            "The program; root's, and not writable for others.", into(&ExecSettings::program) },
        { "clusters[].exec.arguments", TextListType { &argument_rule, 0, true }, "[]",
            "What it is given before the verb. No secrets: everybody can read them.", into(&ExecSettings::arguments) },
        { "clusters[].exec.records", TextListType { &exec_kind_rule, 1 }, required,
            "What it keeps. group_member needs group, association needs account.", into(&ExecSettings::records) },
        { "clusters[].exec.read_deadline", DurationType { 1s, 1h }, "2m",
            "For a run that reads.", into(&ExecSettings::read_deadline) },
        { "clusters[].exec.change_deadline", DurationType { 1s, day }, "15m",
            "For a run that makes a batch of changes.", into(&ExecSettings::change_deadline) },
        { "clusters[].exec.most_output", SizeType { 64 << 10, 1 << 30 }, "64MiB",
            "An answer larger than this is an error.", into(&ExecSettings::most_output) },
        { "clusters[].exec.retire", retirements, "keep", "As in unix_groups, and of accounts.", into(&GroupRules::retire) },
        { "clusters[].exec.strict_members", BoolType {}, "false", "As in unix_groups.", into(&GroupRules::strict_members) },
    };
}
// clang-format on

} // namespace

std::vector<Key> group_keeper_keys()
{
    std::vector<Key> all;
    for (auto* more : { &id_keys, &unix_group_keys, &ldap_keys, &exec_keys }) {
        auto keys = (*more)();
        all.insert(all.end(), keys.begin(), keys.end());
    }
    return all;
}

} // namespace site::detail
