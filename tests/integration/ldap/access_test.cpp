#include "real_directory.hpp"

#ifdef SITE_ADDRESS_SANITIZER
#include <sanitizer/lsan_interface.h>
#endif

namespace site {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string failure(RealDirectory& real)
{
    const auto seen = real.look({});
    return seen ? "" : seen.error().text;
}

TEST(Ldap, ReadsOverStartTlsAndLdapsWithTheRightAuthorityOnly)
{
    RealDirectory real(LdapSchema::rfc2307);
    EXPECT_EQ(failure(real), "");
    real.restart();
    real.settings.url = real.directory.variable("LDAPS_URI");
    real.settings.start_tls = false;
    EXPECT_EQ(failure(real), "");

    // an authority of somebody else's, and the system's own, which knows none of a sandbox
    TempDir dir;
    const auto other = dir.path() / "other.pem";
    const auto made = real.runner.run({ "/usr/bin/openssl",
        { "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other", "-keyout",
            (dir.path() / "key.pem").string(), "-out", other.string() } });
    ASSERT_TRUE(made && made->exit.ok());
    for (const auto& ca_file : { other.string(), std::string(), (dir.path() / "none.pem").string() })
        for (const bool start_tls : { true, false }) {
            real.restart();
            real.settings.ca_file = ca_file;
            real.settings.start_tls = start_tls;
            real.settings.url = real.directory.variable(start_tls ? "LDAP_URI" : "LDAPS_URI");
            EXPECT_NE(failure(real), "") << ca_file << start_tls;
        }
}

TEST(Ldap, IsRootByExternalOverTheSocket)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.url = real.directory.variable("LDAPI_URI");
    real.settings.start_tls = false;
    real.settings.bind_dn.clear();
    real.settings.external = true;
    real.settle({ project("brics.x", 7001, { "u001" }) });
    EXPECT_THAT(real.members("brics.x"), testing::ElementsAre("u001"));
    const auto said = real.plugin().check();
    ASSERT_FALSE(said.empty());
    EXPECT_THAT(said[0].text, HasSubstr("cn=peercred"));
}

TEST(Ldap, IsWhomItsCertificateNames)
{
#ifdef SITE_ADDRESS_SANITIZER
    // libldap 2.5 with GnuTLS forgets the certificate and key that it gives to a context: 22 kB a connection.
    const __lsan::ScopedDisabler unwatched;
#endif
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.bind_dn.clear();
    real.settings.external = true;
    real.settings.client_certificate = real.directory.variable("LDAP_CLIENT_CERT");
    real.settings.client_key = real.directory.variable("LDAP_CLIENT_KEY");
    EXPECT_EQ(failure(real), "");
    const auto said = real.plugin().check();
    ASSERT_FALSE(said.empty());
    EXPECT_THAT(said[0].text, AllOf(HasSubstr("with TLS"), HasSubstr("dn:cn=agent,")));
}

TEST(Ldap, RefusesAPasswordFileThatOthersCanReadAndAWrongPassword)
{
    RealDirectory real(LdapSchema::rfc2307);
    TempDir dir;
    real.settings.password.file = dir.path() / "password";
    write_file(real.settings.password.file, "secret\n", 0644);
    EXPECT_THAT(failure(real), HasSubstr("others may read or change it"));
    EXPECT_EQ(real.plugin().counts().pages, 0u);

    write_file(real.settings.password.file, "hunter2\n");
    EXPECT_THAT(failure(real), AllOf(HasSubstr("invalid credentials (49)"), Not(HasSubstr("hunter2"))));

    // read at each bind: a mended file needs no restart
    write_file(real.settings.password.file, "secret\n");
    EXPECT_EQ(failure(real), "");
}

TEST(Ldap, SendsNoPasswordInTheClearBeyondThisMachine)
{
    RealDirectory real(LdapSchema::rfc2307);
    real.settings.start_tls = false;
    EXPECT_EQ(failure(real), ""); // 127.0.0.1
    real.restart();
    real.settings.url = "ldap://directory.example.org";
    EXPECT_THAT(failure(real), HasSubstr("in the clear"));
    EXPECT_EQ(real.plugin().counts().connections, 0u);
}

TEST(Ldap, HeedsNothingOfTheEnvironment)
{
    // set for the whole program before libldap is first used (real_directory.cpp); heeded, no TLS would come
    // about
    ASSERT_STREQ(::getenv("LDAPTLS_CIPHER_SUITE"), "NONE");
    RealDirectory real(LdapSchema::rfc2307);
    const auto seen = real.look({});
    ASSERT_TRUE(seen && seen->ids) << (seen ? "" : seen.error().text);
    EXPECT_GE(seen->ids->users.size(), 20u);
    EXPECT_EQ(::getenv("LDAPNOINIT"), nullptr); // and it is left as it was
}

TEST(Ldap, CheckFindsTheSandboxInOrder)
{
    for (const auto schema : { LdapSchema::rfc2307, LdapSchema::rfc2307bis }) {
        RealDirectory real(schema);
        const auto before = real.directory.state();
        std::vector<std::string> codes;
        for (const auto& finding : real.plugin().check()) {
            EXPECT_EQ(finding.severity, Severity::info) << finding.code << ": " << finding.text;
            codes.push_back(finding.code);
        }
        EXPECT_THAT(
            codes, testing::ElementsAre("ldap-connection", "ldap-schema", "ldap-groups", "ldap-people"));
        EXPECT_EQ(real.directory.state(), before);
    }
}

TEST(Ldap, CheckTellsAWrongSchemaABaseThatIsNotThereAndALostPlaceholder)
{
    const auto codes = [](RealDirectory& real) {
        std::vector<std::string> out;
        for (const auto& finding : real.plugin().check())
            if (finding.severity != Severity::info)
                out.push_back(finding.code);
        return out;
    };
    {
        RealDirectory real(LdapSchema::rfc2307);
        real.settings.schema = LdapSchema::rfc2307bis;
        real.settings.group_base = "ou=nothing," + real.directory.variable("LDAP_BASE");
        EXPECT_THAT(codes(real), testing::ElementsAre("ldap-schema", "ldap-no-groups"));
    }
    {
        RealDirectory real(LdapSchema::rfc2307bis);
        real.settings.schema = LdapSchema::rfc2307;
        EXPECT_THAT(codes(real), testing::ElementsAre("ldap-schema"));
        real.restart();
        real.settings.schema = LdapSchema::rfc2307bis;
        real.settings.placeholder_member = "none";
        EXPECT_THAT(codes(real), testing::ElementsAre("ldap-placeholder"));
        real.restart();
        real.settings.placeholder_member = "uid=u001," + real.settings.people_base;
        EXPECT_THAT(codes(real), testing::ElementsAre("ldap-placeholder"));
        real.restart();
        real.settings.placeholder_member.clear();
        real.settings.user_classes = { "inetOrgPerson", "posixAccount", "ipaobject" };
        real.settings.users.create = true;
        EXPECT_THAT(codes(real), testing::ElementsAre("ldap-no-lock", "ldap-no-class"));
    }
}

} // namespace
} // namespace site
