#include "ldap/names.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace site {
namespace {

const std::string base = "ou=people,dc=example,dc=org";

MemberNames names(const std::string& attribute = "uid")
{
    return MemberNames::make(attribute, base).value();
}

TEST(LdapNames, EscapesWhatMeansSomethingInADn)
{
    EXPECT_EQ(escaped_dn_value("brics.climate-x_1"), "brics.climate-x_1");
    EXPECT_EQ(escaped_dn_value(" a,b+c\"d\\e<f>g;h=i "), "\\ a\\,b\\+c\\\"d\\\\e\\<f\\>g\\;h\\=i\\ ");
    EXPECT_EQ(escaped_dn_value("#a#"), "\\#a#");
    EXPECT_EQ(escaped_dn_value(std::string("a\0b", 3)), "a\\00b");
    EXPECT_EQ(child_dn("uid", "a,b", base), "uid=a\\,b," + base);
}

TEST(LdapNames, EscapesWhatMeansSomethingInAFilter)
{
    EXPECT_EQ(escaped_filter_value("mia.x"), "mia.x");
    EXPECT_EQ(escaped_filter_value("*)(uid=*"), "\\2a\\29\\28uid=\\2a");
    EXPECT_EQ(escaped_filter_value("\\\xc3\xa4"), "\\5c\\c3\\a4");
}

TEST(LdapNames, OneEntryHasOneSpelling)
{
    const auto wanted = normal_dn("uid=mia,ou=people,dc=example,dc=org").value();
    for (const auto* same :
        { "UID=Mia,OU=People,DC=Example,DC=org", "uid = mia , ou = people , dc=example,dc=org",
            "userid=mia,ou=people,dc=example,dc=org", "uid=\\6dia,ou=people,dc=example,dc=org",
            "0.9.2342.19200300.100.1.1=mia,2.5.4.11=people,dc=example,dc=org" })
        EXPECT_EQ(normal_dn(same).value(), wanted) << same;
    EXPECT_EQ(normal_dn("b=2+a=1,dc=org").value(), normal_dn("A=1+B=2,dc=org").value());
    EXPECT_NE(normal_dn("uid=mia+cn=mia,dc=org").value(), normal_dn("uid=mia,dc=org").value());
    for (const auto* none : { "mia", "=", "uid=mia,", "uid=mia,,dc=org" })
        EXPECT_FALSE(normal_dn(none)) << none;
    EXPECT_FALSE(normal_dn(std::string("uid=mia\0,dc=org", 15)));
}

TEST(LdapNames, AMemberIsAUserOnlyDirectlyBelowThePeoplesBase)
{
    EXPECT_EQ(names().dn("mia"), "uid=mia," + base);
    EXPECT_EQ(names().name("uid=mia," + base), "mia");
    EXPECT_EQ(names().name("UID=Mia,OU=People,dc=example,dc=org"), "mia");
    EXPECT_EQ(names("cn").name("cn=mia," + base), "mia");
    for (const auto& foreign : std::vector<std::string> { "uid=mia,ou=guests," + base, "cn=mia," + base,
             "uid=mia+cn=mia," + base, "uid=mia,dc=example,dc=org", base, "", "mia", "uid=," + base,
             "uid=#04036d6961," + base, "uid=mia,ou=other,dc=example,dc=org" })
        EXPECT_EQ(names().name(foreign), foreign);
    EXPECT_EQ(names().name("uid=a\\,b," + base), "a,b"); // odd, and no name that a command may have
}

TEST(LdapNames, TheFirstValueIsOfThatAttributeAlone)
{
    EXPECT_EQ(first_value("cn=Brics.X,ou=groups", "cn"), "Brics.X");
    EXPECT_EQ(first_value("commonName=a\\2cb,ou=groups", "cn"), "a,b");
    EXPECT_FALSE(first_value("cn=a+ou=b,dc=org", "cn"));
    EXPECT_FALSE(first_value("ou=a,dc=org", "cn"));
    EXPECT_FALSE(MemberNames::make("uid", "people"));
    EXPECT_FALSE(MemberNames::make("uid", ""));
}

} // namespace
} // namespace site
