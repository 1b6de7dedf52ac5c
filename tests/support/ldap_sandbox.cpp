#include "support/ldap_sandbox.hpp"

#include "system/secret_file.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace site {
namespace {

const char* schema_word(LdapSchema schema)
{
    return schema == LdapSchema::rfc2307 ? "nis" : "rfc2307bis";
}

} // namespace

LdapSandbox::LdapSandbox(LdapSchema schema, std::vector<std::pair<std::string, std::string>> settings)
    : schema_(schema), tool_settings_(std::move(settings))
{
    tool_settings_.emplace_back("LDAP_SANDBOX_SCHEMA", schema_word(schema));
    tool("up");
    const auto exports = call({ "env", (dir_.path() / "s").string() });
    std::istringstream lines(exports ? exports->text : "");
    for (std::string line; std::getline(lines, line);) {
        const auto equals = line.find('=');
        if (line.rfind("export ", 0) != 0 || equals == std::string::npos)
            continue;
        auto value = line.substr(equals + 1);
        std::erase(value, '\'');
        environment_.emplace(line.substr(7, equals - 7), value);
    }
    write_file(dir_.path() / "password", "secret\n");
}

LdapSandbox::~LdapSandbox()
{
    (void)call({ "down", (dir_.path() / "s").string(), "--purge" });
}

LdapSettings LdapSandbox::settings() const
{
    LdapSettings out;
    out.url = variable("LDAP_URI");
    out.start_tls = true;
    out.ca_file = variable("LDAP_CACERT");
    out.bind_dn = "cn=agent," + variable("LDAP_BASE");
    out.password.file = dir_.path() / "password";
    out.schema = schema_;
    out.group_base = groups();
    out.people_base = people();
    return out;
}

Result<Output> LdapSandbox::call(std::vector<std::string> words)
{
    Command command { SITE_LDAP_SANDBOX, std::move(words) };
    command.environment = tool_settings_;
    command.deadline = std::chrono::minutes { 2 };
    return runner_.run(command);
}

void LdapSandbox::tool(const std::string& verb)
{
    const auto done = call({ verb, (dir_.path() / "s").string() });
    if (!done)
        throw std::runtime_error(done.error().text);
    if (!done->exit.ok())
        throw std::runtime_error(verb + ": " + done->text + done->exit.errors);
}

Output LdapSandbox::ldap(const std::string& program, std::vector<std::string> arguments, std::string input)
{
    Command command { "/usr/bin/" + program, { "-Q", "-Y", "EXTERNAL", "-H", variable("LDAPI_URI") } };
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.input = std::move(input);
    auto output = runner_.run(command);
    if (!output)
        throw std::runtime_error(output.error().text);
    return *output;
}

void LdapSandbox::modify(const std::string& ldif)
{
    const auto output = ldap("ldapmodify", {}, ldif);
    if (!output.exit.ok())
        throw std::runtime_error("ldapmodify: " + output.exit.errors);
}

std::vector<std::string> LdapSandbox::values(const std::string& dn, const std::string& attribute)
{
    const auto output
        = ldap("ldapsearch", { "-LLL", "-o", "ldif-wrap=no", "-b", dn, "-s", "base", attribute });
    std::vector<std::string> out;
    std::istringstream lines(output.text);
    for (std::string line; std::getline(lines, line);)
        if (line.rfind(attribute + ": ", 0) == 0)
            out.push_back(line.substr(attribute.size() + 2));
    std::sort(out.begin(), out.end());
    return out;
}

bool LdapSandbox::there(const std::string& dn)
{
    return !values(dn, "objectClass").empty();
}

std::string LdapSandbox::state()
{
    const auto output = ldap(
        "ldapsearch", { "-LLL", "-o", "ldif-wrap=no", "-b", variable("LDAP_BASE"), "*", "modifyTimestamp" });
    if (!output.exit.ok())
        throw std::runtime_error("ldapsearch: " + output.exit.errors);
    return output.text;
}

void LdapSandbox::clear()
{
    const auto output
        = ldap("ldapsearch", { "-LLL", "-o", "ldif-wrap=no", "-b", variable("LDAP_BASE"), "dn" });
    std::vector<std::string> words { "-c" };
    std::istringstream lines(output.text);
    for (std::string line; std::getline(lines, line);) {
        const auto dn = line.rfind("dn: ", 0) == 0 ? line.substr(4) : std::string();
        const bool below = dn.ends_with("," + groups()) || dn.ends_with("," + people());
        if (below && dn.rfind("uid=u0", 0) != 0)
            words.push_back(dn);
    }
    if (words.size() > 1)
        (void)ldap("ldapdelete", words);
}

Result<std::string> secret_of(const SecretSource& source)
{
    const auto secret = read_secret(source.file);
    if (!secret)
        return secret.error();
    return std::string(secret->view());
}

} // namespace site
