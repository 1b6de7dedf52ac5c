#include "ldap/check.hpp"

#include <gmock/gmock.h>

namespace site {
namespace {

// As OpenLDAP 2.5 and 389 Directory Server 2 show them.
const std::string structural
    = "( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top STRUCTURAL MUST ( cn $ gidNumber ) "
      "MAY ( userPassword $ memberUid $ description ) )";
const std::string auxiliary = "( 1.3.6.1.1.1.2.2 NAME 'posixGroup' SUP top AUXILIARY MUST gidNumber "
                              "MAY ( userPassword $ memberUid $ description ) X-ORIGIN 'RFC2307bis' )";
const std::string with_must = "( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST ( member $ cn ) "
                              "MAY ( businessCategory $ seeAlso $ owner $ ou $ o $ description ) )";
const std::string without_must = "( 2.5.6.9 NAME 'groupOfNames' SUP top STRUCTURAL MUST cn "
                                 "MAY ( member $ description ) X-ORIGIN 'RFC 4519' )";

std::vector<std::string> judged(const LdapSettings& settings, const std::vector<std::string>& definitions)
{
    std::vector<LdapClass> classes;
    for (const auto& one : definitions)
        classes.push_back(parse_class(one).value());
    std::vector<std::string> out;
    for (const auto& finding : judge_schema(settings, classes))
        out.push_back(std::string(name(finding.severity)) + " " + finding.code);
    return out;
}

TEST(LdapSchema, ReadsAClass)
{
    const auto read = parse_class(without_must).value();
    EXPECT_THAT(read.names, testing::ElementsAre("groupOfNames"));
    EXPECT_EQ(read.sort, LdapClass::Sort::structural);
    EXPECT_THAT(read.must, testing::ElementsAre("cn"));
    EXPECT_THAT(read.may, testing::ElementsAre("member", "description"));
    EXPECT_EQ(parse_class(auxiliary).value().sort, LdapClass::Sort::auxiliary);
    EXPECT_FALSE(parse_class("posixGroup"));
}

TEST(LdapSchema, ThePosixGroupMustFitTheSettings)
{
    LdapSettings settings;
    EXPECT_THAT(judged(settings, { structural, with_must }), testing::ElementsAre("info ldap-schema"));
    EXPECT_THAT(judged(settings, { auxiliary, with_must }), testing::ElementsAre("error ldap-schema"));
    EXPECT_THAT(judged(settings, { with_must }), testing::ElementsAre("error ldap-no-class"));
    settings.schema = LdapSchema::rfc2307bis;
    settings.people_base = "ou=people,dc=example,dc=org";
    settings.bind_dn = "cn=agent,dc=example,dc=org";
    EXPECT_THAT(judged(settings, { auxiliary, with_must }), testing::ElementsAre("info ldap-schema"));
    EXPECT_THAT(judged(settings, { structural, with_must }), testing::ElementsAre("error ldap-schema"));
    EXPECT_THAT(judged(settings, { auxiliary, without_must }),
        testing::ElementsAre("info ldap-schema", "info ldap-placeholder"));
    settings.placeholder_member = "none";
    EXPECT_THAT(judged(settings, { auxiliary, with_must }),
        testing::ElementsAre("info ldap-schema", "error ldap-placeholder"));
    EXPECT_THAT(judged(settings, { auxiliary, without_must }), testing::ElementsAre("info ldap-schema"));
    settings.placeholder_member = "uid=mia," + settings.people_base;
    EXPECT_THAT(judged(settings, { auxiliary, with_must }),
        testing::ElementsAre("info ldap-schema", "warning ldap-placeholder"));
}

} // namespace
} // namespace site
