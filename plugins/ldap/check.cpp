#include "ldap/check.hpp"

#include "ldap/access.hpp"
#include "ldap/listing.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <ldap.h>
#include <ldap_schema.h>
#include <memory>
#include <strings.h>

namespace site {
namespace {

constexpr const char* paged_results = LDAP_CONTROL_PAGEDRESULTS;

Finding good(std::string code, std::string text)
{
    return { Severity::info, std::move(code), "", std::move(text), "" };
}

Finding bad(Severity severity, std::string code, std::string text, std::string advice)
{
    return { severity, std::move(code), "", std::move(text), std::move(advice) };
}

bool same(const std::string& a, const std::string& b)
{
    return ::strcasecmp(a.c_str(), b.c_str()) == 0;
}

bool has(const std::vector<std::string>& words, const std::string& word)
{
    return std::any_of(words.begin(), words.end(), [&](const auto& one) { return same(one, word); });
}

const LdapClass* find(const std::vector<LdapClass>& classes, const std::string& name)
{
    const auto found = std::find_if(
        classes.begin(), classes.end(), [&](const LdapClass& one) { return has(one.names, name); });
    return found == classes.end() ? nullptr : &*found;
}

std::vector<std::string> words(char** list)
{
    std::vector<std::string> out;
    for (; list != nullptr && *list != nullptr; ++list)
        out.emplace_back(*list);
    return out;
}

class Check {
public:
    Check(const LdapSettings& settings, Directory& directory) : settings_(settings), directory_(directory) { }

    std::vector<Finding> run()
    {
        if (const auto access = judge_access(settings_); !access) {
            out_.push_back(bad(Severity::error, "ldap-settings", access.error().text, "mend the settings"));
            return std::move(out_);
        }
        if (!connection())
            return std::move(out_);
        server();
        groups();
        people();
        return std::move(out_);
    }

private:
    bool connection()
    {
        const auto who = directory_.whoami();
        if (!who) {
            out_.push_back(bad(Severity::error, "ldap-no-connection", who.error().text,
                "look at the url, ca_file, the password's file and its modes, and whether the server runs"));
            return false;
        }
        const bool tls = settings_.start_tls || settings_.url.starts_with("ldaps");
        out_.push_back(good("ldap-connection",
            "connected to " + settings_.url + (tls ? ", with TLS, as " : ", as ")
                + (who->empty() ? "nobody" : cited(*who, 200))));
        if (who->empty())
            out_.push_back(bad(Severity::warning, "ldap-nobody", "the directory takes us for nobody",
                "look at bind_dn, or at how the server maps SASL EXTERNAL to an entry"));
        return true;
    }

    Result<std::optional<LdapEntry>> entry(
        const std::string& dn, const std::string& filter, std::vector<std::string> attributes)
    {
        std::optional<LdapEntry> found;
        auto read = directory_.search({ .base = dn,
                                          .scope = LdapSearch::Scope::entry,
                                          .filter = filter,
                                          .attributes = std::move(attributes),
                                          .paging = LdapSearch::Paging::none },
            [&](const LdapEntry& one) -> Result<void> {
                found = one;
                return {};
            });
        if (!read)
            return read.error();
        return found;
    }

    void server()
    {
        const auto root = entry("", "(objectClass=*)", { "supportedControl", "subschemaSubentry" });
        if (!root || !*root) {
            out_.push_back(bad(Severity::warning, "ldap-no-schema",
                root ? "the server shows nothing of itself" : root.error().text,
                "let the agent read the root DSE"));
            return;
        }
        if (!has((*root)->values("supportedControl"), paged_results))
            out_.push_back(bad(Severity::error, "ldap-no-paging",
                "the server does not offer paged results (RFC 2696)", "let it, they are needed"));
        const auto& subschema = (*root)->values("subschemaSubentry");
        const auto schema = subschema.empty()
            ? Result<std::optional<LdapEntry>>(std::optional<LdapEntry> {})
            : entry(subschema.front(), "(objectClass=subschema)", { "objectClasses" });
        std::vector<LdapClass> classes;
        if (schema && *schema)
            for (const auto& definition : (*schema)->values("objectClasses"))
                if (auto one = parse_class(definition))
                    classes.push_back(std::move(*one));
        if (classes.empty()) {
            out_.push_back(bad(Severity::warning, "ldap-no-schema",
                schema ? "the server's schema can't be read" : schema.error().text,
                "let the agent read it; the object classes are not looked at"));
            return;
        }
        const auto judged = judge_schema(settings_, classes);
        out_.insert(out_.end(), judged.begin(), judged.end());
    }

    /// Counts what a filter finds below a base, by the pages that a cycle uses.
    Result<std::size_t> count(const std::string& base, const std::string& filter)
    {
        std::size_t number = 0;
        auto read = directory_.search({ .base = base, .filter = filter, .attributes = { "cn" } },
            [&](const LdapEntry&) -> Result<void> {
                ++number;
                return {};
            });
        if (!read)
            return read.error();
        return number;
    }

    void unreadable(const std::string& code, const Error& error, const std::string& base)
    {
        const int said = directory_.last_code();
        if (said == LDAP_SIZELIMIT_EXCEEDED || said == LDAP_ADMINLIMIT_EXCEEDED)
            out_.push_back(bad(Severity::error, "ldap-size-limit", error.text,
                "lower page_size below the server's limit, or raise the limit of all pages together for the "
                "agent (OpenLDAP: size.prtotal; 389ds: nsPagedSizeLimit)"));
        else
            out_.push_back(bad(Severity::error, code, error.text,
                "is " + cited(base, 200) + " there, and may the agent read below it?"));
    }

    void groups()
    {
        const auto number = count(settings_.group_base, settings_.group_filter);
        if (!number)
            return unreadable("ldap-no-groups", number.error(), settings_.group_base);
        out_.push_back(good("ldap-groups",
            std::to_string(*number) + " groups below " + settings_.group_base + ", in pages of "
                + std::to_string(settings_.page_size)));
    }

    void people()
    {
        if (settings_.people_base.empty())
            return;
        const auto number = count(settings_.people_base, "(objectClass=posixAccount)");
        if (!number)
            return unreadable("ldap-no-people", number.error(), settings_.people_base);
        if (*number == 0 && !settings_.users.create)
            out_.push_back(bad(Severity::warning, "ldap-no-people",
                "no Unix user below " + settings_.people_base, "look at people_base and the agent's rights"));
        else
            out_.push_back(
                good("ldap-people", std::to_string(*number) + " users below " + settings_.people_base));
    }

    const LdapSettings& settings_;
    Directory& directory_;
    std::vector<Finding> out_;
};

void judge_placeholder(
    const LdapSettings& settings, const std::vector<LdapClass>& classes, std::vector<Finding>& out)
{
    const auto* names = find(classes, "groupOfNames");
    if (names == nullptr)
        return;
    const bool needed = has(names->must, "member");
    if (needed && settings.placeholder_member == "none")
        out.push_back(bad(Severity::error, "ldap-placeholder",
            "a groupOfNames needs a member here, and placeholder_member is none",
            "leave placeholder_member out, or name a DN"));
    if (!needed && settings.placeholder_member != "none")
        out.push_back(good("ldap-placeholder",
            "a group may be empty here: placeholder_member: none leaves out the one that stands in"));
    const auto& nobody_dn
        = settings.placeholder_member.empty() ? settings.bind_dn : settings.placeholder_member;
    if (nobody_dn.empty() || nobody_dn == "none")
        return;
    const auto members = MemberNames::make(settings.user_attribute, settings.people_base);
    if (members && members->name(nobody_dn) != nobody_dn)
        out.push_back(bad(Severity::warning, "ldap-placeholder",
            cited(nobody_dn, 200) + " stands in for nobody, and is one of the people",
            "name an entry as placeholder_member that is nobody's"));
}

} // namespace

std::vector<Finding> check_ldap(const LdapSettings& settings, Directory& directory)
{
    return Check(settings, directory).run();
}

Result<LdapClass> parse_class(const std::string& definition)
{
    int code = 0;
    const char* place = nullptr;
    const std::unique_ptr<LDAPObjectClass, decltype(&ldap_objectclass_free)> parsed(
        ldap_str2objectclass(definition.c_str(), &code, &place, LDAP_SCHEMA_ALLOW_ALL),
        &ldap_objectclass_free);
    if (!parsed)
        return Error { Errc::invalid, "no definition of an object class: " + cited(definition) };
    LdapClass out { .names = words(parsed->oc_names) };
    if (parsed->oc_kind == LDAP_SCHEMA_ABSTRACT)
        out.sort = LdapClass::Sort::abstract;
    if (parsed->oc_kind == LDAP_SCHEMA_AUXILIARY)
        out.sort = LdapClass::Sort::auxiliary;
    out.must = words(parsed->oc_at_oids_must);
    out.may = words(parsed->oc_at_oids_may);
    return out;
}

std::vector<Finding> judge_schema(const LdapSettings& settings, const std::vector<LdapClass>& classes)
{
    std::vector<Finding> out;
    const bool by_dn = settings.schema == LdapSchema::rfc2307bis;
    auto wanted = settings.group_classes;
    if (wanted.empty())
        wanted = by_dn ? std::vector<std::string> { "groupOfNames", "posixGroup" }
                       : std::vector<std::string> { "posixGroup" };
    if (settings.users.create) {
        auto of_users = settings.user_classes;
        if (of_users.empty())
            of_users = { "inetOrgPerson", "posixAccount", "shadowAccount" };
        if (!has(of_users, "shadowAccount"))
            out.push_back(bad(Severity::warning, "ldap-no-lock",
                "user_classes lacks shadowAccount: a user can't be locked", "add shadowAccount"));
        wanted.insert(wanted.end(), of_users.begin(), of_users.end());
    }
    for (const auto& name : wanted)
        if (find(classes, name) == nullptr)
            out.push_back(bad(Severity::error, "ldap-no-class",
                "the server has no object class " + cited(name), "load its schema, or change the classes"));
    const auto* group = find(classes, "posixGroup");
    if (group == nullptr)
        return out;
    if (by_dn && group->sort == LdapClass::Sort::structural)
        out.push_back(bad(Severity::error, "ldap-schema",
            "posixGroup is structural here, as in RFC 2307: it can't stand beside groupOfNames",
            "set schema: rfc2307, or load the schema rfc2307bis"));
    else if (!by_dn && settings.group_classes.empty() && group->sort == LdapClass::Sort::auxiliary)
        out.push_back(bad(Severity::error, "ldap-schema",
            "posixGroup is auxiliary here, as in RFC 2307bis: it can't stand alone",
            "set schema: rfc2307bis, or name a structural class in group_classes"));
    else
        out.push_back(good(
            "ldap-schema", std::string("the server's schema fits ") + (by_dn ? "rfc2307bis" : "rfc2307")));
    if (by_dn)
        judge_placeholder(settings, classes, out);
    return out;
}

} // namespace site
