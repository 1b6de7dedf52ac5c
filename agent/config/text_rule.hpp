#pragma once

#include "model/result.hpp"

#include <string>
#include <string_view>

namespace site::detail {

/// What a piece of text must look like, and how it is kept.
struct TextRule {
    std::string_view allowed; ///< completes "allowed is"
    /// The text as it is kept, or what is wrong with it in words that follow the text itself and repeat none
    /// of it. Never called with empty text.
    Result<std::string> (*checked)(std::string_view);
    /// A value that may hold a secret, pasted into the wrong place, is never repeated in a problem.
    enum class Echo : bool { never, yes } echo = Echo::yes;
};

extern const TextRule path_rule;
extern const TextRule secret_path_rule;
extern const TextRule credential_rule;
extern const TextRule log_level_rule;
extern const TextRule base_url_rule; ///< kept without a trailing slash or an exact `/api`
extern const TextRule token_url_rule;
extern const TextRule proxy_rule;
extern const TextRule label_rule;
extern const TextRule portal_identifier_rule;
extern const TextRule client_id_rule;
extern const TextRule scope_rule;
extern const TextRule cluster_name_rule;
extern const TextRule slurm_name_rule; ///< accounts and QOS, which Slurm folds to lower case
extern const TextRule partition_rule;
extern const TextRule component_rule;
extern const TextRule plugin_rule;
extern const TextRule uuid_rule;
extern const TextRule local_name_rule;
extern const TextRule home_rule; ///< a path with `{user}` in its last part
extern const TextRule mode_rule; ///< octal
extern const TextRule cache_rule;
extern const TextRule exec_kind_rule;
extern const TextRule argument_rule;
extern const TextRule ldap_url_rule;
extern const TextRule dn_rule;
extern const TextRule ldap_filter_rule;
extern const TextRule ldap_word_rule; ///< an attribute or an object class
extern const TextRule volume_rule;
extern const TextRule project_path_rule; ///< below a root, with `{project}` or `{group}`
extern const TextRule person_path_rule; ///< with `{user}`
extern const TextRule owner_rule;
extern const TextRule group_rule;
extern const TextRule directory_mode_rule; ///< four octal digits
extern const TextRule project_identifier_rule;
extern const TextRule device_rule; ///< a device, dataset or folder as its own tools name it
extern const TextRule placeholder_rule; ///< a DN, or `none`

/// For the rules of URLs, which are in `url_rule.cpp`.
Result<std::string> checked_base_url(std::string_view);
Result<std::string> checked_token_url(std::string_view);
Result<std::string> checked_proxy(std::string_view);
Result<std::string> checked_ldap_url(std::string_view);
/// Whether its host is this machine, written out as such.
bool is_loopback_url(std::string_view);

} // namespace site::detail
