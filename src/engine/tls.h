// TLS as an engine wants it: both sides show a certificate, and each trusts the authority that it
// was told of.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::engine {

struct FreeContext {
  void operator()(SSL_CTX* context) const { ::SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeContext>;

// What every connection with these certificates shares. An error says which of them is of no use.
Result<TlsContext> make_tls_context(const Certificates& certificates);

// Before the handshake: asks for the host by its name, and accepts a certificate for it alone.
bool expect_host(SSL* connection, const std::string& host);

// What a TLS error means to the user.
struct TlsProblem {
  std::string words;
  std::string hint;
  bool no_tls = false;  // the other side does not speak TLS at all
};

// `code` is what OpenSSL's error queue gave for it.
TlsProblem explain_tls_error(const SSL* connection, unsigned long code, const Tcp& address);

}  // namespace plimsoll::engine
