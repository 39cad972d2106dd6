// Private keys, told from public keys and certificates by what they hold, and not by their label
// alone: "-----BEGIN RSA PRIVATE KEY-----" stands in every program that can read such a key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plimsoll::image {

struct PrivateKey {
  std::string_view kind;  // the name of its kind: "rsa-private-key"
  std::size_t size = 0;   // of the text that it takes
};

// A key in armour that begins here: PEM (PKCS #1, PKCS #8, SEC 1, DSA), OpenSSH, PGP, OpenVPN's
// static key. Line endings may be written as \n, as in JSON and in source. `text` begins with
// "-----BEGIN".
std::optional<PrivateKey> armoured_key(std::string_view text);

// A key of PuTTY's own format; `text` begins with "PuTTY-User-Key-File".
std::optional<PrivateKey> putty_key(std::string_view text);

// A whole file that is a key, or a store of keys: DER, Java key stores with a key in them, KeePass.
std::optional<PrivateKey> binary_key(std::string_view content);

inline constexpr std::size_t max_armoured_bytes = 16u << 10;

}  // namespace plimsoll::image
