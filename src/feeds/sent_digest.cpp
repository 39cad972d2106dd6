#include "feeds/sent_digest.h"

#include "base/digest.h"
#include "base/text.h"
#include "image/secrets/value_checks.h"

namespace plimsoll::feeds {
namespace {

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

}  // namespace

std::string sent_digest(const net::Response& response) {
  for (const auto& [name, value] : response.headers) {
    if (name != "repr-digest" && name != "digest") continue;
    for (const std::string_view part : split(value, ',')) {
      const std::size_t equals = part.find('=');
      if (equals == std::string_view::npos ||
          !equal_ignoring_case(trim(part.substr(0, equals)), "sha-256")) {
        continue;
      }
      std::string_view base64 = trim(part.substr(equals + 1));
      if (base64.size() > 2 && base64.starts_with(':') && base64.ends_with(':')) {
        base64 = base64.substr(1, base64.size() - 2);
      }
      const std::optional<std::string> bytes = image::decode_base64(base64);
      if (bytes && bytes->size() == sha256_bytes) return concat("sha256:", hexadecimal(*bytes));
    }
  }
  return {};
}

}  // namespace plimsoll::feeds
