#include "base/shell_word.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll {

std::string shell_word(std::string_view word) {
  constexpr std::string_view plain = "@%+=:,./-_";
  const bool is_plain = std::ranges::all_of(
      word, [&](char c) { return is_alpha(c) || is_digit(c) || plain.contains(c); });
  if (is_plain && !word.empty()) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace plimsoll
