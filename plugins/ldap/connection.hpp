#pragma once

#include "ldap/access.hpp"
#include "ldap/directory.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ldap.h>
#include <memory>
#include <mutex>
#include <signal.h>
#include <string>
#include <string_view>
#include <thread>

namespace site {

/// Keeps the death of a connection from being a SIGPIPE of this thread: libldap writes without MSG_NOSIGNAL.
class NoPipeSignal {
public:
    NoPipeSignal();
    ~NoPipeSignal();
    NoPipeSignal(const NoPipeSignal&) = delete;
    NoPipeSignal& operator=(const NoPipeSignal&) = delete;

private:
    sigset_t before_ {};
    bool pending_ = false;
};

/// A point in time by which an operation must be over.
class LdapDeadline {
public:
    explicit LdapDeadline(std::chrono::seconds from_now) : end_(std::chrono::steady_clock::now() + from_now)
    {
    }
    [[nodiscard]] bool over() const { return std::chrono::steady_clock::now() >= end_; }
    [[nodiscard]] timeval left() const; ///< at least a millisecond: zero would mean "poll"

private:
    std::chrono::steady_clock::time_point end_;
};

struct MessageFree {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using LdapMessage = std::unique_ptr<LDAPMessage, MessageFree>;

/// One message of an answer, or the code why there is none.
struct LdapReceived {
    int code = 0;
    int type = 0;
    LdapMessage message {};
};

/// The end of an operation, as the server put it.
struct LdapEnd {
    int code = 0;
    std::string said {};
    bool referred = false;
    bool paged = false; ///< a cookie came, be it an empty one
    std::string cookie {};
};

/// Cuts a connection that is not made in time. libldap 2.5 with GnuTLS has no deadline for a TLS handshake:
/// with LDAP_OPT_NETWORK_TIMEOUT it asks the socket again and again, for ever, without it it waits for ever.
/// So another thread shuts the socket down, which ends any read of it.
class HandshakeWatch {
public:
    explicit HandshakeWatch(std::chrono::seconds patience) : patience_(patience) { }
    ~HandshakeWatch();
    HandshakeWatch(const HandshakeWatch&) = delete;
    HandshakeWatch& operator=(const HandshakeWatch&) = delete;

    /// From now on this socket is watched, and none before.
    void over(int socket);
    [[nodiscard]] bool cut() const { return cut_; }

private:
    void end();

    std::chrono::seconds patience_;
    int socket_ = -1; ///< a descriptor of our own, so that it is the same socket whatever libldap closes
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool done_ = false;
    std::atomic<bool> cut_ = false;
};

/// A connected and bound handle of libldap; gone with the object.
class LdapConnection {
public:
    static Result<std::unique_ptr<LdapConnection>> open(const LdapSettings&, const SecretReader&);
    ~LdapConnection();
    LdapConnection(const LdapConnection&) = delete;
    LdapConnection& operator=(const LdapConnection&) = delete;

    [[nodiscard]] LDAP* handle() const { return handle_; }
    [[nodiscard]] LdapReceived receive(int id, const LdapDeadline&) const;
    [[nodiscard]] LdapEnd end_of(LDAPMessage*) const;
    /// Waits for the one answer to an operation.
    [[nodiscard]] LdapEnd finish(int id, const LdapDeadline&) const;
    [[nodiscard]] std::string diagnostic() const;
    void abandon(int id) const { ldap_abandon_ext(handle_, id, nullptr, nullptr); }

private:
    explicit LdapConnection(LDAP* handle) : handle_(handle) { }
    static int connected(LDAP*, Sockbuf*, LDAPURLDesc*, sockaddr*, ldap_conncb*);
    Result<void> set_options(const LdapSettings&, const LdapAccess&);
    Result<void> set_tls(const LdapSettings&);
    Result<void> connect(const LdapSettings&, bool encrypted, const LdapDeadline&);
    Result<void> connect_watched(const LdapSettings&, const LdapDeadline&);
    Result<void> bind(const LdapSettings&, const SecretReader&, const LdapDeadline&);

    LDAP* handle_;
    HandshakeWatch* watch_ = nullptr; ///< while a TLS connection is made
    ldap_conncb callback_ {};
};

/// Whether the connection is of no use any more after this code.
bool connection_lost(int code);

/// libldap reads ldap.conf, ldaprc and LDAP* variables when it is first used: not in this process. Before any
/// other call of it; from one thread.
void keep_ldap_to_itself();

} // namespace site
