// "a b" as "a%20b": RFC 3986, section 2.1. Which bytes may stand as they are depends on where.
#pragma once

#include <string>
#include <string_view>

namespace plimsoll {

// `is_kept` is asked of each byte.
template <class IsKept>
void append_percent_encoded(std::string& out, std::string_view text, const IsKept& is_kept) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_kept(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace plimsoll
