#pragma once

#include "api/plugin.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace site {

class LdapConnection;

/// An attribute of an entry with values as they came.
struct LdapAttribute {
    std::string name;
    std::vector<std::string> values;

    bool operator==(const LdapAttribute&) const = default;
};

struct LdapEntry {
    std::string dn;
    std::vector<LdapAttribute> attributes {};

    /// Empty where there is no such attribute. Names compare without case.
    [[nodiscard]] const std::vector<std::string>& values(std::string_view attribute) const;
};

/// A part of a modification: values of one attribute. `replace` without values drops the attribute.
struct LdapModification {
    enum class Way : std::uint8_t { add, remove, replace };
    Way way = Way::add;
    std::string attribute;
    std::vector<std::string> values {};

    bool operator==(const LdapModification&) const = default;
};

struct LdapSearch {
    enum class Scope : std::uint8_t { entry, below };
    enum class Paging : std::uint8_t { pages, none };
    std::string base;
    Scope scope = Scope::below;
    std::string filter = "(objectClass=*)";
    std::vector<std::string> attributes {};
    Paging paging = Paging::pages;
};

/// What came of a change. `code` is LDAP's result code; negative when no answer came.
struct LdapAnswer {
    int code = 0;
    Error error {}; ///< meaningful only when not ok

    [[nodiscard]] bool ok() const { return code == 0; }
};

/// Operations asked of the server so far.
struct DirectoryCounts {
    std::uint64_t connections = 0;
    std::uint64_t searches = 0; ///< whatever their number of pages
    std::uint64_t pages = 0;
    std::uint64_t changes = 0; ///< add, modify, delete
};

/// An error by LDAP's result code or libldap's own number: `doing: size limit exceeded (4): text`.
Error ldap_error(int code, std::string_view doing, std::string_view said = {});

/// A directory server. One connection, made when it is first needed and again when it is lost; every
/// operation has a deadline, after which the connection is dropped. Certificates are always verified,
/// referrals never followed, and no ldap.conf or ldaprc is read.
class Directory {
public:
    using Sink = std::function<Result<void>(const LdapEntry&)>;

    Directory(const LdapSettings&, SecretReader);
    ~Directory();
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;

    /// Hands over entry by entry, page by page. An error unless the server said that this is all: any other
    /// result, a reference to another server, or a lost chain of pages. What was handed over is not whole
    /// then. An error of the sink ends the search and is returned.
    Result<void> search(const LdapSearch&, const Sink&);
    LdapAnswer add(const LdapEntry&);
    LdapAnswer modify(const std::string& dn, const std::vector<LdapModification>&);
    LdapAnswer remove(const std::string& dn);
    /// As whom the server knows us (RFC 4532): `dn:cn=agent,...`.
    Result<std::string> whoami();

    /// LDAP's result code of the last search, or libldap's number; 0 when it went well.
    [[nodiscard]] int last_code() const { return last_code_; }
    [[nodiscard]] const DirectoryCounts& counts() const { return counts_; }
    [[nodiscard]] const LdapSettings& settings() const { return settings_; }

private:
    Result<void> open();
    Result<void> search_once(const LdapSearch&, const Sink&, bool& lost);
    Result<std::string> whoami_once(bool& lost);
    /// Runs what `send` starts; once more on a new connection when a kept one had died, since every change of
    /// ours may be repeated.
    LdapAnswer change(const std::string& doing, const std::function<int(LdapConnection&, int&)>& send);

    LdapSettings settings_;
    SecretReader secrets_;
    std::unique_ptr<LdapConnection> connection_;
    DirectoryCounts counts_;
    int last_code_ = 0;
};

} // namespace site
