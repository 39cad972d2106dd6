// Follows what Go's crypto/tls does for the docker client, where OpenSSL differs: an authority of
// the user's replaces the system's, any certificate in ca.pem is trusted whoever signed it, and the
// name of a host is looked for in the alternative names alone, not in the common name.
#include "engine/tls.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>

#include "base/text.h"

namespace plimsoll::engine {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { ::BIO_free(bio); }
};
struct FreeCertificate {
  void operator()(X509* certificate) const { ::X509_free(certificate); }
};
struct FreeKey {
  void operator()(EVP_PKEY* key) const { ::EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
using Certificate = std::unique_ptr<X509, FreeCertificate>;
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

Bio text_of(const std::string& pem) {
  return Bio(::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// OpenSSL would ask for the password of a key at the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) {
  return -1;
}

Certificate next_certificate(BIO* pem) {
  return Certificate(::PEM_read_bio_X509(pem, nullptr, no_password, nullptr));
}

std::unexpected<Error> useless(std::string message, std::string hint) {
  ::ERR_clear_error();
  return failure({.message = std::move(message), .hint = std::move(hint)});
}

Result<void> trust(SSL_CTX* context, const std::string& authority) {
  if (authority.empty()) {
    ::SSL_CTX_set_default_verify_paths(context);
    return {};
  }
  X509_STORE* const store = ::SSL_CTX_get_cert_store(context);
  ::X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  const Bio pem = text_of(authority);
  std::size_t count = 0;
  while (const Certificate certificate = next_certificate(pem.get())) {
    if (::X509_STORE_add_cert(store, certificate.get()) == 1) ++count;
  }
  if (count > 0) return {};
  return useless("ca.pem holds no certificate", "it is the certificate of who signed the engine's");
}

Result<void> show(SSL_CTX* context, const Certificates& own) {
  if (own.certificate.empty()) return {};
  const Bio pem = text_of(own.certificate);
  const Certificate certificate = next_certificate(pem.get());
  if (certificate == nullptr || ::SSL_CTX_use_certificate(context, certificate.get()) != 1) {
    return useless("cert.pem holds no certificate",
                   "it is the certificate by which the engine knows its client");
  }
  while (const Certificate signer = next_certificate(pem.get())) {
    ::SSL_CTX_add1_chain_cert(context, signer.get());
  }
  const Bio key_text = text_of(own.key);
  const Key key(::PEM_read_bio_PrivateKey(key_text.get(), nullptr, no_password, nullptr));
  if (key == nullptr) {
    const bool encrypted = own.key.contains("ENCRYPTED");
    return useless(
        encrypted ? "the key in key.pem is encrypted" : "key.pem holds no private key",
        "docker, too, takes only a key that is not encrypted: keep the file readable for "
        "its owner alone");
  }
  if (::SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return useless("key.pem is not the key of cert.pem", "make both anew, together");
  }
  return {};
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  return ::inet_pton(AF_INET, host.c_str(), ignored.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), ignored.data()) == 1;
}

TlsProblem unverified(long result, const Tcp& address) {
  const std::string words = lower(::X509_verify_cert_error_string(result));
  switch (result) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return {concat("its certificate is not for \"", address.host, "\""),
              "use the name that the certificate is for, or have one made that names this host"};
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return {concat("its certificate is not valid now: ", words),
              "have a new certificate made for the engine, and look at the clock of this machine"};
    default:
      return {concat("its certificate is not trusted: ", words),
              address.tls && address.tls->authority.empty()
                  ? "put the certificate of who signed it into ca.pem"
                  : "ca.pem names another authority than the one that signed it: is this the "
                    "engine that is meant?"};
  }
}

}  // namespace

Result<TlsContext> make_tls_context(const Certificates& certificates) {
  ::ERR_clear_error();
  TlsContext context(::SSL_CTX_new(::TLS_client_method()));
  if (context == nullptr) return useless("TLS cannot be used here", "");
  ::SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  ::SSL_CTX_set_verify(context.get(),
                       certificates.skip_verification ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  if (Result<void> done = trust(context.get(), certificates.authority); !done) {
    return failure(std::move(done.error()));
  }
  if (Result<void> done = show(context.get(), certificates); !done) {
    return failure(std::move(done.error()));
  }
  // Reading a text to its end leaves "no more certificates" behind.
  ::ERR_clear_error();
  return context;
}

bool expect_host(SSL* connection, const std::string& host) {
  X509_VERIFY_PARAM* const expected = ::SSL_get0_param(connection);
  ::X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (is_address(host)) return ::X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1;
  return ::SSL_set_tlsext_host_name(connection, host.c_str()) == 1 &&
         ::X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) == 1;
}

TlsProblem explain_tls_error(const SSL* connection, unsigned long code, const Tcp& address) {
  const int reason = ERR_GET_REASON(code);
  switch (reason) {
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return unverified(::SSL_get_verify_result(connection), address);
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return {
          "it does not speak TLS",
          "start the engine with --tlsverify, or take away what asks for TLS: DOCKER_TLS_VERIFY, "
          "DOCKER_TLS, or the certificates of the context",
          true};
    default: break;
  }
  const char* const known = ::ERR_reason_error_string(code);
  const std::string words = known == nullptr ? "TLS failed" : lower(known);
  // What the engine found wrong with this side comes as an alert.
  if (reason < SSL_AD_REASON_OFFSET) return {concat("TLS failed: ", words), ""};
  const bool shows_certificate = address.tls && !address.tls->certificate.empty();
  return {concat("it does not accept this client: ", words),
          shows_certificate
              ? "cert.pem must be signed by the authority that the engine was given (--tlscacert)"
              : "it wants a client certificate: put cert.pem and key.pem beside ca.pem"};
}

}  // namespace plimsoll::engine
