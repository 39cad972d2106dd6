#include "image/secrets/value_checks.h"

#include <isa-l/crc.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/text.h"

namespace plimsoll::image {
namespace {

constexpr std::array<std::string_view, 26> example_words{
    "example",    "changeme",     "change-me", "change_me", "changeit", "placeholder", "replace",
    "yourtoken",  "your-",        "your_",     "yourkey",   "yourapi",  "yoursecret",  "dummy",
    "insert",     "redacted",     "xxxx",      "0000000",   "fake",     "sample",      "todo",
    "notasecret", "not-a-secret", "abcdefgh",  "deadbeef",  "foobar"};

// How published values begin that work nowhere but in an emulator or on a page: of Azurite, of the
// emulator of Cosmos DB, the signature of jwt.io's first token, and the password of the test server
// that each openssl.cnf names.
constexpr std::array<std::string_view, 4> published_values{"Eby8vdM02xNO", "C2y6yDjf5/R+",
                                                           "SflKxwRJSMeK", "pass:insta"};

// "1234567", "ggggggg": nobody draws these. AAAA is zero in Base64, which some tokens begin with.
bool has_long_run(std::string_view value) {
  constexpr std::size_t longest = 7;
  std::size_t same = 1;
  std::size_t rising = 1;
  for (std::size_t i = 1; i < value.size(); ++i) {
    same = value[i] == value[i - 1] && value[i] != 'A' ? same + 1 : 1;
    const bool follows = value[i] == value[i - 1] + 1 || (value[i] == '0' && value[i - 1] == '9');
    rising = follows ? rising + 1 : 1;
    if (same >= longest || rising >= longest) return true;
  }
  return false;
}

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

}  // namespace

double entropy_of(std::string_view text) {
  std::array<std::uint32_t, 256> count{};
  for (const char c : text) ++count[static_cast<unsigned char>(c)];
  double bits = 0;
  const double size = static_cast<double>(text.size());
  for (const std::uint32_t n : count) {
    if (n != 0) bits -= n / size * std::log2(n / size);
  }
  return bits;
}

bool is_example_value(std::string_view value) {
  const std::string lowered = lower(value);
  const auto holds = [&](std::string_view word) { return lowered.contains(word); };
  if (std::ranges::any_of(example_words, holds)) return true;
  if (std::ranges::any_of(published_values,
                          [&](std::string_view start) { return value.contains(start); })) {
    return true;
  }
  return has_long_run(value);
}

bool ends_in_base62_crc32(std::string_view token) {
  constexpr std::size_t checksum_size = 6;
  constexpr std::string_view digits =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  token.remove_prefix(token.rfind('_') + 1);
  if (token.size() <= checksum_size) return false;
  const std::string_view random = token.substr(0, token.size() - checksum_size);
  std::uint32_t crc =
      crc32_gzip_refl(0, reinterpret_cast<const unsigned char*>(random.data()), random.size());
  for (std::size_t i = token.size(); i-- > random.size(); crc /= digits.size()) {
    if (token[i] != digits[crc % digits.size()]) return false;
  }
  return true;
}

std::optional<std::string> decode_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  unsigned have = 0;
  bool is_padded = false;
  for (const char c : text) {
    if (is_space(c)) continue;
    if (c == '=') {
      is_padded = true;
      continue;
    }
    const int digit = base64_digit(c);
    if (digit < 0 || is_padded) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    have += 6;
    if (have >= 8) {
      have -= 8;
      out += static_cast<char>(bits >> have & 0xFF);
    }
  }
  return out.empty() ? std::nullopt : std::optional(std::move(out));
}

bool is_basic_credentials(std::string_view base64) {
  const std::optional<std::string> plain = decode_base64(base64);
  if (!plain || plain->size() < 5) return false;
  const std::size_t colon = plain->find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == plain->size()) return false;
  return std::ranges::all_of(*plain, [](char c) { return c >= ' ' && c <= '~'; }) &&
         !is_example_value(std::string_view(*plain).substr(colon + 1));
}

bool is_password_hash(std::string_view text) {
  constexpr std::array<std::string_view, 14> starts{"$1$",    "$2a$",  "$2b$",   "$2y$",   "$5$",
                                                    "$6$",    "$y$",   "$7$",    "$gy$",   "$apr1$",
                                                    "$sha1$", "{SHA}", "{SSHA}", "$argon2"};
  return text.size() >= 20 && std::ranges::any_of(starts, [&](std::string_view start) {
           return text.starts_with(start);
         });
}

}  // namespace plimsoll::image
