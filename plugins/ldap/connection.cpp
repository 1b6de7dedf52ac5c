#include "ldap/connection.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <mutex>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace site {
namespace {

// Where the system's own bundle of certificates is, by distribution: ldap.conf, which would say, is not read.
constexpr std::array ca_bundles { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt" };

// A read or write on the socket returns after this time, so that the deadline is looked at even when a server
// stops in the middle of a message.
constexpr timeval longest_wait { 1, 0 };

timeval to_timeval(std::chrono::seconds time)
{
    return { static_cast<time_t>(time.count()), 0 };
}

/// Overwrites a secret when its use is over.
class Wipe {
public:
    explicit Wipe(std::string& text) : text_(text) { }
    ~Wipe() { ::explicit_bzero(text_.data(), text_.size()); }
    Wipe(const Wipe&) = delete;
    Wipe& operator=(const Wipe&) = delete;

private:
    std::string& text_;
};

} // namespace

NoPipeSignal::NoPipeSignal()
{
    sigset_t pipe;
    sigset_t pending;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    sigpending(&pending);
    pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe, &before_);
}

NoPipeSignal::~NoPipeSignal()
{
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    constexpr timespec none { 0, 0 };
    if (!pending_)
        while (sigtimedwait(&pipe, nullptr, &none) == SIGPIPE) { }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

timeval LdapDeadline::left() const
{
    const auto left = std::max<std::chrono::microseconds>(std::chrono::milliseconds { 1 },
        std::chrono::duration_cast<std::chrono::microseconds>(end_ - std::chrono::steady_clock::now()));
    return { static_cast<time_t>(left.count() / 1'000'000),
        static_cast<suseconds_t>(left.count() % 1'000'000) };
}

void keep_ldap_to_itself()
{
    static std::once_flag once;
    std::call_once(once, [] {
        constexpr auto variable = "LDAPNOINIT";
        const bool set = ::getenv(variable) == nullptr;
        if (set)
            ::setenv(variable, "1", 1);
        int version = 0;
        ldap_get_option(nullptr, LDAP_OPT_PROTOCOL_VERSION, &version); // initialises the library
        if (set)
            ::unsetenv(variable);
    });
}

bool connection_lost(int code)
{
    return code < 0 || code == LDAP_UNAVAILABLE || code == LDAP_BUSY;
}

HandshakeWatch::~HandshakeWatch()
{
    end();
}

void HandshakeWatch::end()
{
    {
        const std::lock_guard lock(mutex_);
        done_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable())
        thread_.join();
    if (socket_ >= 0)
        ::close(std::exchange(socket_, -1));
}

void HandshakeWatch::over(int socket)
{
    end();
    done_ = false;
    socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (socket_ < 0)
        return;
    thread_ = std::thread([this] {
        std::unique_lock lock(mutex_);
        if (wake_.wait_for(lock, patience_, [this] { return done_; }))
            return;
        cut_ = true;
        ::shutdown(socket_, SHUT_RDWR);
    });
}

/// Called by libldap when a socket is connected and before TLS begins.
int LdapConnection::connected(LDAP* handle, Sockbuf* buffer, LDAPURLDesc*, sockaddr*, ldap_conncb* context)
{
    auto& self = *static_cast<LdapConnection*>(context->lc_arg);
    int socket = -1;
    if (ber_sockbuf_ctrl(buffer, LBER_SB_OPT_GET_FD, &socket) != 1 || socket < 0)
        return 0;
    for (const int direction : { SO_RCVTIMEO, SO_SNDTIMEO })
        (void)::setsockopt(socket, SOL_SOCKET, direction, &longest_wait, sizeof longest_wait);
    if (self.watch_ != nullptr) {
        self.watch_->over(socket);
        // It was for connecting; with it the handshake would spin.
        constexpr timeval for_ever { -1, 0 };
        ldap_set_option(handle, LDAP_OPT_NETWORK_TIMEOUT, &for_ever);
    }
    return 0;
}

Result<std::unique_ptr<LdapConnection>> LdapConnection::open(
    const LdapSettings& settings, const SecretReader& secrets)
{
    constexpr std::string_view doing = "connecting to the directory";
    const auto access = judge_access(settings);
    if (!access)
        return access.error();
    LDAP* handle = nullptr;
    if (const int code = ldap_initialize(&handle, settings.url.c_str()); code != LDAP_SUCCESS)
        return ldap_error(code, doing);
    std::unique_ptr<LdapConnection> connection(new LdapConnection(handle));
    const LdapDeadline deadline(settings.connect_timeout);
    if (auto done = connection->set_options(settings, *access); !done)
        return done.error().in(doing);
    if (auto done = connection->connect(settings, access->from_start || settings.start_tls, deadline); !done)
        return done.error();
    if (auto done = connection->bind(settings, secrets, deadline); !done)
        return done.error().in("binding to the directory");
    return connection;
}

LdapConnection::~LdapConnection()
{
    const NoPipeSignal guard;
    ldap_unbind_ext(handle_, nullptr, nullptr);
}

Result<void> LdapConnection::set_options(const LdapSettings& settings, const LdapAccess& access)
{
    const int version = LDAP_VERSION3;
    const int never = LDAP_DEREF_NEVER;
    const int no_limit = LDAP_NO_LIMIT;
    const auto timeout = to_timeval(settings.connect_timeout);
    struct Option {
        int which;
        const void* value;
    };
    for (const auto& option :
        { Option { LDAP_OPT_PROTOCOL_VERSION, &version }, Option { LDAP_OPT_REFERRALS, LDAP_OPT_OFF },
            Option { LDAP_OPT_RESTART, LDAP_OPT_ON }, Option { LDAP_OPT_DEREF, &never },
            Option { LDAP_OPT_SIZELIMIT, &no_limit }, Option { LDAP_OPT_TIMELIMIT, &no_limit },
            Option { LDAP_OPT_NETWORK_TIMEOUT, &timeout }, Option { LDAP_OPT_TIMEOUT, &timeout } })
        if (ldap_set_option(handle_, option.which, option.value) != LDAP_OPT_SUCCESS)
            return Error { Errc::internal, "libldap refuses option " + std::to_string(option.which) };
    if (access.from_start || settings.start_tls)
        return set_tls(settings);
    return {};
}

Result<void> LdapConnection::set_tls(const LdapSettings& settings)
{
    auto ca_file = settings.ca_file;
    for (const auto* bundle : ca_bundles)
        if (ca_file.empty() && ::access(bundle, R_OK) == 0)
            ca_file = bundle;
    const int demand = LDAP_OPT_X_TLS_DEMAND;
    const int oldest = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int as_client = 0;
    const auto set = [&](int which, const void* value) {
        return ldap_set_option(handle_, which, value) == LDAP_OPT_SUCCESS;
    };
    if (!set(LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) || !set(LDAP_OPT_X_TLS_PROTOCOL_MIN, &oldest))
        return Error { Errc::internal, "libldap can't verify certificates here" };
    if (ca_file.empty() || !set(LDAP_OPT_X_TLS_CACERTFILE, ca_file.c_str()))
        return Error { Errc::invalid, "no certificates of authorities: ca_file is needed" };
    if (!settings.client_certificate.empty()
        && (!set(LDAP_OPT_X_TLS_CERTFILE, settings.client_certificate.c_str())
            || !set(LDAP_OPT_X_TLS_KEYFILE, settings.client_key.c_str())))
        return Error { Errc::internal, "libldap takes no client certificate" };
    if (!set(LDAP_OPT_X_TLS_NEWCTX, &as_client))
        return Error { Errc::invalid,
            "can't use " + cited(ca_file, 200)
                + (settings.client_certificate.empty()
                        ? ""
                        : ", " + cited(settings.client_certificate, 200) + " or its key") };
    return {};
}

Result<void> LdapConnection::connect(
    const LdapSettings& settings, bool encrypted, const LdapDeadline& deadline)
{
    HandshakeWatch watch(settings.connect_timeout);
    watch_ = encrypted ? &watch : nullptr;
    callback_.lc_add = &LdapConnection::connected;
    callback_.lc_del = [](LDAP*, Sockbuf*, ldap_conncb*) {};
    callback_.lc_arg = this;
    if (ldap_set_option(handle_, LDAP_OPT_CONNECT_CB, &callback_) != LDAP_OPT_SUCCESS)
        return Error { Errc::internal, "libldap tells nothing of its connections" };
    auto done = connect_watched(settings, deadline);
    watch_ = nullptr;
    if (!done && watch.cut())
        return ldap_error(LDAP_TIMEOUT, "connecting to the directory with TLS");
    return done;
}

Result<void> LdapConnection::connect_watched(const LdapSettings& settings, const LdapDeadline& deadline)
{
    if (const int code = ldap_connect(handle_); code != LDAP_SUCCESS)
        return ldap_error(code, "connecting to the directory", diagnostic());
    if (!settings.start_tls)
        return {};
    int id = 0;
    if (const int code = ldap_start_tls(handle_, nullptr, nullptr, &id); code != LDAP_SUCCESS)
        return ldap_error(code, "starting TLS", diagnostic());
    if (const auto end = finish(id, deadline); end.code != LDAP_SUCCESS)
        return ldap_error(end.code, "starting TLS", end.said);
    if (const int code = ldap_install_tls(handle_); code != LDAP_SUCCESS)
        return ldap_error(code, "starting TLS", diagnostic());
    return {};
}

Result<void> LdapConnection::bind(
    const LdapSettings& settings, const SecretReader& secrets, const LdapDeadline& deadline)
{
    Result<std::string> password = std::string();
    if (!settings.external) {
        if (!secrets)
            return Error { Errc::internal, "there is nobody to read the password" };
        password = secrets(settings.password);
        if (!password)
            return password.error();
        // A name without a password is a bind as nobody, which succeeds (RFC 4513, 5.1.2).
        if (password->empty())
            return Error { Errc::invalid, "the password is empty" };
    }
    const Wipe wipe(*password);
    berval secret { password->size(), password->data() };
    int id = 0;
    const int code = ldap_sasl_bind(handle_, settings.external ? nullptr : settings.bind_dn.c_str(),
        settings.external ? "EXTERNAL" : LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, &id);
    const auto who = settings.external ? std::string("by EXTERNAL") : "as " + cited(settings.bind_dn, 200);
    if (code != LDAP_SUCCESS)
        return ldap_error(code, who, diagnostic());
    if (const auto end = finish(id, deadline); end.code != LDAP_SUCCESS)
        return ldap_error(end.code, who, end.said);
    return {};
}

LdapReceived LdapConnection::receive(int id, const LdapDeadline& deadline) const
{
    while (!deadline.over()) {
        auto left = deadline.left();
        LDAPMessage* message = nullptr;
        const int type = ldap_result(handle_, id, LDAP_MSG_ONE, &left, &message);
        if (type > 0)
            return { LDAP_SUCCESS, type, LdapMessage(message) };
        if (type < 0) {
            int code = LDAP_SERVER_DOWN;
            ldap_get_option(handle_, LDAP_OPT_RESULT_CODE, &code);
            return { code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code, 0, {} };
        }
    }
    return { LDAP_TIMEOUT, 0, {} };
}

LdapEnd LdapConnection::end_of(LDAPMessage* message) const
{
    LdapEnd end;
    char* said = nullptr;
    char** referrals = nullptr;
    LDAPControl** controls = nullptr;
    if (const int code
        = ldap_parse_result(handle_, message, &end.code, nullptr, &said, &referrals, &controls, 0);
        code != LDAP_SUCCESS)
        end.code = code;
    if (said != nullptr)
        end.said = said;
    end.referred = referrals != nullptr && referrals[0] != nullptr;
    if (auto* page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr)) {
        berval cookie { 0, nullptr };
        int estimate = 0;
        if (ldap_parse_pageresponse_control(handle_, page, &estimate, &cookie) == LDAP_SUCCESS) {
            end.paged = true;
            end.cookie.assign(cookie.bv_val == nullptr ? "" : cookie.bv_val, cookie.bv_len);
        }
        ber_memfree(cookie.bv_val);
    }
    ldap_memfree(said);
    ldap_memvfree(reinterpret_cast<void**>(referrals));
    ldap_controls_free(controls);
    return end;
}

LdapEnd LdapConnection::finish(int id, const LdapDeadline& deadline) const
{
    const auto received = receive(id, deadline);
    if (received.code != LDAP_SUCCESS)
        return { .code = received.code };
    return end_of(received.message.get());
}

std::string LdapConnection::diagnostic() const
{
    char* said = nullptr;
    if (ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &said) != LDAP_OPT_SUCCESS || said == nullptr)
        return {};
    std::string out = said;
    ldap_memfree(said);
    return out;
}

} // namespace site
