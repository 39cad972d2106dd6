// Small helpers over text, ASCII only and independent of the locale.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

// "1 file", "3 files".
std::string counted(std::size_t count, std::string_view one, std::string_view many);

// One string out of several parts, with one allocation: concat("service \"", name, "\" runs").
std::string concat(std::initializer_list<std::string_view> parts);
template <class... Parts>
std::string concat(const Parts&... parts) {
  return concat({std::string_view(parts)...});
}

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c) {
  return to_lower(c) >= 'a' && to_lower(c) <= 'z';
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
constexpr bool is_space(char c) {
  return is_blank(c) || (c >= '\n' && c <= '\r');
}

std::string lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
std::string_view trim(std::string_view text);
// Digits only and not empty.
bool all_digits(std::string_view text);
// A decimal number without sign; nothing when it is malformed or does not fit.
std::optional<long long> parse_number(std::string_view text);
// The parts between separators; "a,,b" has three, "" has one.
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);

// The candidate nearest to a misspelt word (Damerau-Levenshtein), or nothing when none is near
// enough to be worth offering.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace plimsoll
