// What each byte means to the shell's lexer.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/text.h"

namespace plimsoll::shell {

enum class Kind : std::uint8_t {
  plain,
  delimiter,  // ends a word: blanks, newline, operators
  special,    // quotes, expansions, patterns; and a carriage return, which ends a word before a
              // newline
};

inline constexpr std::array<Kind, 256> kinds = [] {
  std::array<Kind, 256> table{};
  for (const char c : std::string_view(" \t\n;&|()<>")) {
    table[static_cast<unsigned char>(c)] = Kind::delimiter;
  }
  for (const char c : std::string_view("'\"\\$`*?[\r")) {
    table[static_cast<unsigned char>(c)] = Kind::special;
  }
  return table;
}();

inline Kind kind_of(char c) {
  return kinds[static_cast<unsigned char>(c)];
}

inline bool is_name_character(char c) {
  return is_alpha(c) || is_digit(c) || c == '_';
}

// The length of the name that a text starts with; 0 when it starts with none.
inline std::size_t name_length(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return 0;
  std::size_t length = 0;
  while (length < text.size() && is_name_character(text[length])) ++length;
  return length;
}

}  // namespace plimsoll::shell
