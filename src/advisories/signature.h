// Signatures of databases: Ed25519 (RFC 8032), with keys as OpenSSL keeps them in PEM:
//   openssl genpkey -algorithm ed25519 -out db.key; openssl pkey -in db.key -pubout -out db.pub
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll::advisories {

// The signature of the text by the private key in a PEM text, which is a secret. An error when that
// holds none.
Result<std::string> sign(std::string_view text, std::string_view key_pem);

// Whether one of the public keys in a PEM text, several after each other, made the signature. An
// error when it holds no key.
Result<bool> is_signed_by(std::string_view text, std::string_view signature,
                          std::string_view keys_pem);

}  // namespace plimsoll::advisories
