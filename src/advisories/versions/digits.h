// Numbers in versions: runs of ASCII digits of any length, dates and hashes among them.
#pragma once

#include <compare>
#include <cstddef>
#include <string_view>

#include "base/text.h"

namespace plimsoll::advisories {

// Takes the characters off the front of the text for which the question is answered with yes.
template <class Question>
std::string_view take_while(std::string_view& text, Question question) {
  std::size_t length = 0;
  while (length < text.size() && question(text[length])) ++length;
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

inline std::string_view take_digits(std::string_view& text) {
  return take_while(text, is_digit);
}

inline std::string_view take_letters(std::string_view& text) {
  return take_while(text, is_alpha);
}

inline bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

inline std::string_view without_leading_zeros(std::string_view digits) {
  while (digits.starts_with('0')) digits.remove_prefix(1);
  return digits;
}

// By value; no digits at all are zero.
inline std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a = without_leading_zeros(a);
  b = without_leading_zeros(b);
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

inline bool is_zero(std::string_view digits) {
  return without_leading_zeros(digits).empty();
}

inline std::strong_ordering compare_ignoring_case(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const unsigned char left = static_cast<unsigned char>(to_lower(a[i]));
    const unsigned char right = static_cast<unsigned char>(to_lower(b[i]));
    if (left != right) return left <=> right;
  }
  return a.size() <=> b.size();
}

}  // namespace plimsoll::advisories
