#include "image/secrets/secret_kinds.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "image/secrets/kinds/kinds.h"

namespace plimsoll::image {
namespace {

constexpr SecretCertainty likely = SecretCertainty::likely;
constexpr SecretCertainty doubtful = SecretCertainty::doubtful;

// Told by code: private_key.h and secret_scanner.cpp.
constexpr auto special_kinds = std::to_array<SecretKind>({
    // keys
    {.name = "private-key", .title = "a private key", .form = ""},
    {.name = "rsa-private-key", .title = "an RSA private key", .form = ""},
    {.name = "ec-private-key", .title = "an elliptic curve private key", .form = ""},
    {.name = "dsa-private-key", .title = "a DSA private key", .form = ""},
    {.name = "openssh-private-key", .title = "an OpenSSH private key", .form = ""},
    {.name = "pgp-private-key", .title = "a PGP private key", .form = ""},
    {.name = "putty-private-key", .title = "a PuTTY private key", .form = ""},
    {.name = "openvpn-static-key", .title = "a static key of OpenVPN", .form = ""},
    {.name = "encrypted-private-key",
     .title = "a private key behind a passphrase",
     .form = "",
     .certainty = doubtful},
    {.name = "google-service-account-key",
     .title = "the key of a Google service account",
     .form = ""},
    {.name = "encoded-private-key", .title = "a private key in Base64", .form = ""},
    {.name = "java-key-store",
     .title = "a Java key store with a private key",
     .form = "",
     .certainty = doubtful},
    {.name = "pkcs12-key-store",
     .title = "a PKCS #12 key store",
     .form = "",
     .certainty = doubtful},
    {.name = "keepass-database", .title = "a KeePass database", .form = "", .certainty = doubtful},
    // signed tokens
    {.name = "json-web-token", .title = "a JSON web token", .form = "", .certainty = likely},
    {.name = "kubernetes-service-account-token",
     .title = "a token of a Kubernetes service account",
     .form = ""},
    {.name = "supabase-service-role-key", .title = "a Supabase service role key", .form = ""},
    // addresses
    {.name = "postgres-password", .title = "a PostgreSQL address with its password", .form = ""},
    {.name = "mysql-password", .title = "a MySQL address with its password", .form = ""},
    {.name = "mongodb-password", .title = "a MongoDB address with its password", .form = ""},
    {.name = "redis-password", .title = "a Redis address with its password", .form = ""},
    {.name = "amqp-password", .title = "a message broker's address with its password", .form = ""},
    {.name = "smtp-password", .title = "a mail server's address with its password", .form = ""},
    {.name = "ldap-password", .title = "a directory's address with its password", .form = ""},
    {.name = "ftp-password", .title = "an FTP address with its password", .form = ""},
    {.name = "http-password", .title = "a web address with its password", .form = ""},
    {.name = "address-password", .title = "an address with its password", .form = ""},
    // files and headers
    {.name = "docker-registry-auth", .title = "the login of a Docker registry", .form = ""},
    {.name = "npm-registry-auth", .title = "the login of an npm registry", .form = ""},
    {.name = "pgpass-password", .title = "a password of PostgreSQL's password file", .form = ""},
    {.name = "basic-credentials",
     .title = "a user name and password of an HTTP header",
     .form = "",
     .certainty = likely},
    {.name = "bearer-token", .title = "a token of an HTTP header", .form = "", .certainty = likely},
    {.name = "kubernetes-secret",
     .title = "a value of a Kubernetes Secret",
     .form = "",
     .certainty = likely},
    {.name = "password-hash", .title = "the hash of a password", .form = "", .certainty = doubtful},
    // variables
    {.name = "password", .title = "a password", .form = "", .certainty = likely},
    {.name = "secret-value", .title = "a secret", .form = "", .certainty = likely},
});

std::vector<const SecretKind*> put_together() {
  std::vector<const SecretKind*> all;
  for (const std::span<const SecretKind> table :
       {kinds::cloud, kinds::source_hosting, kinds::ci, kinds::payment, kinds::messaging,
        kinds::business, kinds::monitoring, kinds::ai,
        std::span<const SecretKind>(special_kinds)}) {
    for (const SecretKind& kind : table) all.push_back(&kind);
  }
  // What speaks for itself says more than a name near by.
  std::ranges::stable_partition(
      all, [](const SecretKind* kind) { return !kind->form.empty() && kind->near.empty(); });
  return all;
}

}  // namespace

const std::vector<const SecretKind*>& secret_kinds() {
  static const std::vector<const SecretKind*> all = put_together();
  return all;
}

const SecretKind* find_secret_kind(std::string_view name) {
  static const auto by_name = [] {
    std::unordered_map<std::string_view, const SecretKind*> map;
    for (const SecretKind* kind : secret_kinds()) map.emplace(kind->name, kind);
    return map;
  }();
  const auto found = by_name.find(name);
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace plimsoll::image
