// The digest that a server sends with a file (RFC 9530: `Repr-Digest: sha-256=:BASE64:`; before it
// RFC 3230: `Digest: SHA-256=BASE64`).
#pragma once

#include <string>

#include "net/http.h"

namespace plimsoll::feeds {

// "sha256:…"; "" when none is sent, or none of that kind.
std::string sent_digest(const net::Response& response);

}  // namespace plimsoll::feeds
