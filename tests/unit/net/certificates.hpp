#pragma once
// Certificates made on the spot, so that no test holds one that runs out.

#include <cstdint>
#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace site::test {

struct Certificate {
    std::shared_ptr<X509> certificate;
    std::shared_ptr<EVP_PKEY> key;
};

enum class Validity { now, expired };

/// A certificate authority of its own, valid for an hour.
class Authority {
public:
    Authority();
    /// For a server; `name` is a subjectAltName such as `DNS:localhost` or `IP:127.0.0.1`.
    [[nodiscard]] Certificate issue(const std::string& name, Validity validity = Validity::now) const;
    /// Writes its certificate as PEM.
    void write(const std::string& file) const;

private:
    Certificate self_;
};

/// For a server. `newest_tls` 0: all versions; else for instance TLS1_1_VERSION, with the ciphers it needs.
SSL_CTX* server_context(const Certificate& certificate, int newest_tls);

/// Whether the server on that port takes a client that wants this version and trusts anybody.
bool speaks(std::uint16_t port, int tls_version);

} // namespace site::test
