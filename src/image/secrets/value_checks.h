// Does a text look as if a machine had drawn it at random, or did a person make it up for a page?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace plimsoll::image {

// Shannon's entropy of the bytes, in bits for each byte: 0 for "aaaa", 4 for hexadecimal digits
// drawn at random, about 5 for 40 letters and digits.
double entropy_of(std::string_view text);

// Whether a value stands in documentation, or for a value: EXAMPLE, changeme, xxxx, your-api-key,
// 0123456789; and the published values of emulators and of jwt.io.
bool is_example_value(std::string_view value);

// Whether the last six characters are the CRC-32 of those behind the last '_' before them, in base
// 62: as GitHub ("Behind GitHub's new authentication token formats") and npm end their tokens.
bool ends_in_base62_crc32(std::string_view token);

// Base64 of both alphabets, padded or not. Blanks and line endings are skipped. Nothing for
// anything else, and for nothing.
std::optional<std::string> decode_base64(std::string_view text);

// Base64 of "user:password", printable: what HTTP's basic authentication sends.
bool is_basic_credentials(std::string_view base64);

// The hash of a password, as crypt(3) and htpasswd write it: $6$, $y$, $2y$, $apr1$, {SHA}.
bool is_password_hash(std::string_view text);

}  // namespace plimsoll::image
