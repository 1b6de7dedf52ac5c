#include "ldap/access.hpp"

#include <gtest/gtest.h>

namespace site {
namespace {

LdapSettings good()
{
    LdapSettings out;
    out.url = "ldaps://directory.example.org";
    out.bind_dn = "cn=agent,dc=example,dc=org";
    out.group_base = "ou=groups,dc=example,dc=org";
    out.people_base = "ou=people,dc=example,dc=org";
    return out;
}

/// Why the settings are refused; empty when they are not.
template <class Change> std::string refusal(Change change)
{
    auto settings = good();
    change(settings);
    const auto judged = judge_access(settings);
    return judged ? "" : judged.error().text.substr(judged.error().text.find(": ") + 2);
}

TEST(LdapAccess, APasswordGoesEncryptedOrNoFurtherThanThisMachine)
{
    EXPECT_EQ(refusal([](auto&) {}), "");
    const auto clear = "a password would go in the clear: start_tls, ldaps or ldapi is needed";
    EXPECT_EQ(refusal([](auto& s) { s.url = "ldap://directory.example.org"; }), clear);
    EXPECT_EQ(refusal([](auto& s) { s.url = "ldap://10.0.0.1:389"; }), clear);
    EXPECT_EQ(refusal([](auto& s) {
        s.url = "ldap://directory.example.org";
        s.start_tls = true;
    }),
        "");
    for (const auto* here :
        { "ldap://127.0.0.1:3890", "ldap://localhost", "ldap://[::1]:389", "ldapi://%2frun%2fldapi" })
        EXPECT_EQ(refusal([&](auto& s) { s.url = here; }), "") << here;
}

TEST(LdapAccess, ExternalNeedsASocketOrACertificate)
{
    const auto external = [](auto& s) {
        s.external = true;
        s.bind_dn.clear();
    };
    EXPECT_EQ(refusal(external), "external needs ldapi, or TLS with a client certificate");
    EXPECT_EQ(refusal([&](auto& s) {
        external(s);
        s.url = "ldapi:///";
    }),
        "");
    EXPECT_EQ(refusal([&](auto& s) {
        external(s);
        s.client_certificate = "/c";
        s.client_key = "/k";
    }),
        "");
    EXPECT_EQ(refusal([&](auto& s) {
        external(s);
        s.client_certificate = "/c";
    }),
        "client_certificate and client_key: both or none");
    EXPECT_EQ(refusal([](auto& s) { s.external = true; }), "bind_dn and external: only one of them");
    EXPECT_EQ(refusal([](auto& s) { s.bind_dn.clear(); }), "bind_dn or external is needed");
}

TEST(LdapAccess, WhatCanNotWorkIsToldBeforeAnythingIsSent)
{
    EXPECT_EQ(refusal([](auto& s) { s.url = "http://x"; }), "url is not ldap://, ldaps:// or ldapi://");
    EXPECT_EQ(refusal([](auto& s) { s.start_tls = true; }), "start_tls is for ldap:// only");
    EXPECT_EQ(refusal([](auto& s) { s.page_size = 0; }), "page_size is 0");
    EXPECT_EQ(refusal([](auto& s) { s.group_base = "groups"; }), "group_base is no DN");
    EXPECT_EQ(refusal([](auto& s) { s.group_base.clear(); }), "group_base is needed");
    EXPECT_EQ(refusal([](auto& s) { s.placeholder_member = "nobody"; }),
        "placeholder_member is neither a DN nor none");
    EXPECT_EQ(refusal([](auto& s) {
        s.people_base.clear();
        s.schema = LdapSchema::rfc2307bis;
    }),
        "people_base is needed, since members are DNs");
}

} // namespace
} // namespace site
