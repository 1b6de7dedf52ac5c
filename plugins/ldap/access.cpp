#include "ldap/access.hpp"

#include "ldap/names.hpp"
#include "model/identifier.hpp"

#include <ldap.h>
#include <memory>

namespace site {
namespace {

Error wrong(std::string text)
{
    return { Errc::invalid, "the directory's settings: " + std::move(text) };
}

bool is_loopback(const std::string& host)
{
    return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with("127.");
}

Result<LdapAccess> reach(const std::string& url)
{
    LDAPURLDesc* parsed = nullptr;
    if (ldap_url_parse(url.c_str(), &parsed) != LDAP_URL_SUCCESS || parsed == nullptr)
        return wrong("url is not ldap://, ldaps:// or ldapi://");
    const std::unique_ptr<LDAPURLDesc, decltype(&ldap_free_urldesc)> owner(parsed, &ldap_free_urldesc);
    const std::string scheme = parsed->lud_scheme == nullptr ? "" : parsed->lud_scheme;
    LdapAccess out;
    out.socket = scheme == "ldapi";
    out.from_start = scheme == "ldaps";
    if (!out.socket)
        out.host = parsed->lud_host == nullptr ? "" : parsed->lud_host;
    if (scheme != "ldap" && !out.socket && !out.from_start)
        return wrong("url is not ldap://, ldaps:// or ldapi://");
    if (!out.socket && out.host.empty())
        return wrong("url names no host");
    out.loopback = is_loopback(out.host);
    return out;
}

Result<void> judge_identity(const LdapSettings& settings, const LdapAccess& access)
{
    const bool encrypted = access.from_start || settings.start_tls;
    if (settings.external) {
        if (!settings.bind_dn.empty())
            return wrong("bind_dn and external: only one of them");
        if (!access.socket && (!encrypted || settings.client_certificate.empty()))
            return wrong("external needs ldapi, or TLS with a client certificate");
        return {};
    }
    if (settings.bind_dn.empty())
        return wrong("bind_dn or external is needed");
    if (!encrypted && !access.socket && !access.loopback)
        return wrong("a password would go in the clear: start_tls, ldaps or ldapi is needed");
    return {};
}

Result<void> judge_bases(const LdapSettings& settings)
{
    struct Base {
        const char* key;
        const std::string& text;
    };
    for (const auto& base : { Base { "group_base", settings.group_base },
             Base { "people_base", settings.people_base }, Base { "bind_dn", settings.bind_dn } })
        if (!base.text.empty() && !normal_dn(base.text))
            return wrong(std::string(base.key) + " is no DN");
    if (settings.group_base.empty())
        return wrong("group_base is needed");
    if (settings.people_base.empty() && settings.schema == LdapSchema::rfc2307bis)
        return wrong("people_base is needed, since members are DNs");
    if (settings.people_base.empty() && settings.users.create)
        return wrong("people_base is needed, since users are made");
    const auto& placeholder = settings.placeholder_member;
    if (!placeholder.empty() && placeholder != "none" && !normal_dn(placeholder))
        return wrong("placeholder_member is neither a DN nor none");
    return {};
}

} // namespace

Result<LdapAccess> judge_access(const LdapSettings& settings)
{
    auto access = reach(settings.url);
    if (!access)
        return access.error();
    if (settings.start_tls && (access->socket || access->from_start))
        return wrong("start_tls is for ldap:// only");
    if (settings.client_certificate.empty() != settings.client_key.empty())
        return wrong("client_certificate and client_key: both or none");
    if (settings.page_size == 0)
        return wrong("page_size is 0");
    if (auto good = judge_identity(settings, *access); !good)
        return good.error();
    if (auto good = judge_bases(settings); !good)
        return good.error();
    return access;
}

} // namespace site
