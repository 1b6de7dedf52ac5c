#include "unit/net/certificates.hpp"

#include "unit/net/socket_io.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace site::test {
namespace {

std::shared_ptr<EVP_PKEY> new_key()
{
    return { EVP_EC_gen("P-256"), &EVP_PKEY_free };
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    if (extension == nullptr)
        std::abort();
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

std::shared_ptr<X509> new_certificate(const char* subject, EVP_PKEY* key, Validity validity)
{
    static int serial = 0;
    std::shared_ptr<X509> made(X509_new(), &X509_free);
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), validity == Validity::now ? 3600 : -60);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
        reinterpret_cast<const unsigned char*>(subject), -1, -1, 0);
    X509_set_pubkey(made.get(), key);
    return made;
}

} // namespace

Authority::Authority()
{
    self_.key = new_key();
    self_.certificate = new_certificate("test authority", self_.key.get(), Validity::now);
    X509* self = self_.certificate.get();
    X509_set_issuer_name(self, X509_get_subject_name(self));
    extend(self, self, NID_basic_constraints, "critical,CA:TRUE");
    extend(self, self, NID_key_usage, "critical,keyCertSign");
    extend(self, self, NID_subject_key_identifier, "hash");
    X509_sign(self, self_.key.get(), EVP_sha256());
}

Certificate Authority::issue(const std::string& name, Validity validity) const
{
    Certificate made { .certificate = {}, .key = new_key() };
    made.certificate = new_certificate("test server", made.key.get(), validity);
    X509* leaf = made.certificate.get();
    X509_set_issuer_name(leaf, X509_get_subject_name(self_.certificate.get()));
    extend(leaf, self_.certificate.get(), NID_subject_alt_name, name);
    extend(leaf, self_.certificate.get(), NID_ext_key_usage, "serverAuth");
    X509_sign(leaf, self_.key.get(), EVP_sha256());
    return made;
}

void Authority::write(const std::string& file) const
{
    std::FILE* out = std::fopen(file.c_str(), "w");
    if (out == nullptr || PEM_write_X509(out, self_.certificate.get()) != 1 || std::fclose(out) != 0)
        std::abort();
}

SSL_CTX* server_context(const Certificate& certificate, int newest_tls)
{
    std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
    SSL_CTX* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, certificate.certificate.get());
    SSL_CTX_use_PrivateKey(context, certificate.key.get());
    if (newest_tls != 0) {
        SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
        SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context, newest_tls);
    }
    return context;
}

bool speaks(std::uint16_t port, int tls_version)
{
    const int fd = connect_to(port);
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, tls_version);
    SSL_CTX_set_max_proto_version(context, tls_version);
    SSL* ssl = SSL_new(context);
    SSL_set_fd(ssl, fd);
    const bool done = SSL_connect(ssl) == 1;
    SSL_free(ssl);
    SSL_CTX_free(context);
    ::close(fd);
    return done;
}

} // namespace site::test
