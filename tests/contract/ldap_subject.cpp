#include "contract/subject.hpp"
#include "ldap/ldap.hpp"
#include "support/ldap_sandbox.hpp"

namespace site {
namespace {

class LdapSubject : public Subject {
public:
    explicit LdapSubject(LdapSchema schema) : sandbox_(schema), settings_(sandbox_.settings()) { }

    std::unique_ptr<Plugin> plugin() override
    {
        return std::make_unique<Ldap>(cluster(), settings_, runner_, secret_of);
    }
    [[nodiscard]] Name cluster() const override { return Name { "sandbox" }; }
    std::string state() override { return sandbox_.state(); }

private:
    LdapSandbox sandbox_;
    SystemRunner runner_;
    LdapSettings settings_;
};

} // namespace

std::unique_ptr<Subject> ldap_rfc2307_subject()
{
    return std::make_unique<LdapSubject>(LdapSchema::rfc2307);
}

std::unique_ptr<Subject> ldap_rfc2307bis_subject()
{
    return std::make_unique<LdapSubject>(LdapSchema::rfc2307bis);
}

} // namespace site
