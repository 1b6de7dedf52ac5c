#include "config/group_keeper_check.hpp"

#include "config/text_rule.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace site::detail {
namespace {

struct PluginSection {
    std::string_view plugin;
    bool there;
    std::string_view needs_keys; ///< empty: `NAME: {}` will do
};

class Check {
public:
    Check(Reading& reading, const ClusterConfig& cluster, const std::string& key)
        : reading_(reading), cluster_(cluster), key_(key)
    {
    }

    void run()
    {
        sections();
        one_keeper();
        ids();
        unix_groups();
        ldap();
        exec();
    }

private:
    [[nodiscard]] bool listed(std::string_view plugin) const
    {
        return std::find(cluster_.plugins.begin(), cluster_.plugins.end(), plugin) != cluster_.plugins.end();
    }

    void problem(const std::string& key, const std::string& text)
    {
        reading_.problem(reading_.given[key], key, text);
    }

    void sections()
    {
        const auto plugins = key_ + ".plugins";
        if (!reading_.has(plugins) || !reading_.good(plugins))
            return;
        const std::array<PluginSection, 4> all { {
            { "slurm", cluster_.slurm.has_value(), {} },
            { "unix_groups", cluster_.unix_groups.has_value(), {} },
            { "ldap", cluster_.ldap.has_value(), "url and group_base" },
            { "exec", cluster_.exec.has_value(), "program and records" },
        } };
        for (const auto& one : all) {
            const auto name = std::string(one.plugin);
            const auto section = key_ + "." + name;
            if (!reading_.good(section))
                continue;
            if (listed(one.plugin) && !one.there)
                problem(plugins,
                    "lists " + name + ", but there is no section " + name + ", allowed is "
                        + (one.needs_keys.empty() ? name + ": {} for its defaults"
                                                  : "one with at least " + std::string(one.needs_keys)));
            if (!listed(one.plugin) && one.there)
                problem(section,
                    "is there, but plugins does not list " + name
                        + ", allowed is only what a listed plugin reads");
        }
    }

    [[nodiscard]] bool exec_keeps(std::string_view kind) const
    {
        const auto& kinds = cluster_.exec->records;
        return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    }

    /// Two that make the same group would each undo what the other did.
    void one_keeper()
    {
        std::string first;
        const auto keeps = [&](const std::string& name, const std::string& place) {
            if (!first.empty())
                problem(place, "keeps groups beside " + first + ", allowed is one plugin that does");
            first = first.empty() ? name : first;
        };
        if (cluster_.unix_groups)
            keeps("unix_groups", key_ + ".unix_groups");
        if (cluster_.ldap)
            keeps("ldap", key_ + ".ldap");
        if (cluster_.exec && exec_keeps("group"))
            keeps("exec", key_ + ".exec.records");
        if (cluster_.slurm && cluster_.exec && exec_keeps("account"))
            problem(key_ + ".exec.records", "keeps accounts beside slurm, allowed is one plugin that does");
        keeps_groups_ = !first.empty();
    }

    void ids()
    {
        if (keeps_groups_ && !reading_.has(key_ + ".group_ids"))
            problem(key_,
                "has a plugin that keeps groups, but no section group_ids, allowed is one with "
                "first and last");
        const auto* makes = users();
        if (makes && makes->create && !reading_.has(key_ + ".user_ids"))
            problem(key_,
                "has a plugin that makes users, but no section user_ids, allowed is one with "
                "first and last");
        range("group_ids", cluster_.gids);
        range("user_ids", cluster_.uids);
    }

    [[nodiscard]] const UserRules* users() const
    {
        return cluster_.unix_groups ? &cluster_.unix_groups->users
            : cluster_.ldap         ? &cluster_.ldap->users
                                    : nullptr;
    }

    void range(const std::string& name, const IdRange& range)
    {
        const auto first = key_ + "." + name + ".first";
        const auto last = key_ + "." + name + ".last";
        if (!reading_.has(first) || !reading_.good(first) || !reading_.has(last) || !reading_.good(last))
            return;
        const auto lowest = reading_.config.guards.lowest_uid;
        if (range.first < lowest)
            problem(first,
                std::to_string(range.first) + " is below guards.lowest_uid, allowed is "
                    + std::to_string(lowest) + " or more");
        if (range.last < range.first)
            problem(last,
                std::to_string(range.last) + " is below first, allowed is " + std::to_string(range.first)
                    + " or more");
    }

    void unix_groups()
    {
        const auto section = key_ + ".unix_groups";
        if (reading_.has(section + ".prefix") && reading_.has(section + ".root"))
            problem(section + ".root", "is given beside prefix, allowed is one of the two");
    }

    void ldap()
    {
        if (!cluster_.ldap)
            return;
        const auto& ldap = *cluster_.ldap;
        const auto section = key_ + ".ldap";
        if (!reading_.good(section))
            return;
        identity(ldap, section);
        if (ldap.client_certificate.empty() != ldap.client_key.empty())
            problem(section, "has one of client_certificate and client_key, allowed is both or none");
        const auto url = section + ".url";
        if (reading_.has(url) && reading_.good(url)) {
            if (ldap.start_tls && !ldap.url.starts_with("ldap://"))
                problem(section + ".start_tls", "is true, but the url is not ldap://, allowed is false");
            if (ldap.url.starts_with("ldap://") && !ldap.start_tls && !is_loopback_url(ldap.url))
                problem(url,
                    "is not encrypted, allowed is ldaps://, or start_tls: true, or a loopback host, or a "
                    "socket");
        }
        if (ldap.people_base.empty() && reading_.good(section + ".people_base")
            && (ldap.schema == LdapSchema::rfc2307bis || ldap.users.create))
            problem(section,
                std::string("has no people_base, which ")
                    + (ldap.users.create ? "users.create" : "the schema rfc2307bis") + " needs");
    }

    void identity(const LdapSettings& ldap, const std::string& section)
    {
        const auto bind = section + ".bind_dn";
        const auto file = section + ".password_file";
        const auto credential = section + ".password_credential";
        if (!reading_.good(bind) || !reading_.good(file) || !reading_.good(credential))
            return;
        if (ldap.external == reading_.has(bind)) {
            problem(ldap.external ? bind : section,
                ldap.external ? "is given beside external, allowed is one of the two"
                              : "does not say who the agent is, allowed is bind_dn or external: true");
            return;
        }
        const int secrets = (reading_.has(file) ? 1 : 0) + (reading_.has(credential) ? 1 : 0);
        if (ldap.external && secrets > 0)
            problem(
                reading_.has(file) ? file : credential, "is given beside external, allowed is none with it");
        else if (!ldap.external && secrets != 1)
            problem(secrets == 0 ? section : credential,
                secrets == 0
                    ? "has no password, allowed is exactly one of password_file and password_credential"
                    : "is given beside password_file, allowed is exactly one of the two");
    }

    void exec()
    {
        if (!cluster_.exec)
            return;
        const auto records = key_ + ".exec.records";
        if (!reading_.good(records))
            return;
        if (exec_keeps("group_member") && !exec_keeps("group"))
            problem(records, "has group_member without group, allowed is both");
        if (exec_keeps("association") && !exec_keeps("account"))
            problem(records, "has association without account, allowed is both");
    }

    Reading& reading_;
    const ClusterConfig& cluster_;
    const std::string& key_;
    bool keeps_groups_ = false;
};

} // namespace

void check_keepers(Reading& reading, const ClusterConfig& cluster, const std::string& key)
{
    Check(reading, cluster, key).run();
}

} // namespace site::detail
