#include "advisories/versions/semantic.h"

#include "advisories/versions/digits.h"

namespace plimsoll::advisories {
namespace {

std::string_view take_field(std::string_view& text) {
  const std::string_view field = take_while(text, [](char c) { return c != '.'; });
  take(text, '.');
  return field;
}

std::strong_ordering compare_fields(std::string_view a, std::string_view b, Letters letters) {
  const bool a_is_number = all_digits(a);
  const bool b_is_number = all_digits(b);
  if (a_is_number && b_is_number) return compare_numbers(a, b);
  if (a_is_number != b_is_number) return b_is_number <=> a_is_number;
  return letters == Letters::equal_in_case ? compare_ignoring_case(a, b) : a <=> b;
}

std::strong_ordering compare_prereleases(std::string_view a, std::string_view b, Letters letters) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  while (!a.empty() && !b.empty()) {
    const std::strong_ordering order = compare_fields(take_field(a), take_field(b), letters);
    if (order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

}  // namespace

bool are_fields(std::string_view text, LeadingZeros zeros) {
  if (text.empty() || text.ends_with('.')) return false;
  while (!text.empty()) {
    const std::string_view field = take_field(text);
    if (field.empty()) return false;
    for (const char c : field) {
      if (!is_digit(c) && !is_alpha(c) && c != '-') return false;
    }
    if (zeros == LeadingZeros::refused && field.size() > 1 && field.starts_with('0') &&
        all_digits(field)) {
      return false;
    }
  }
  return true;
}

bool read_tail(std::string_view tail, LeadingZeros zeros, std::string_view& prerelease) {
  if (const std::size_t plus = tail.find('+'); plus != std::string_view::npos) {
    if (!are_fields(tail.substr(plus + 1), LeadingZeros::taken)) return false;
    tail = tail.substr(0, plus);
  }
  if (tail.empty()) return true;
  if (!take(tail, '-') || !are_fields(tail, zeros)) return false;
  prerelease = tail;
  return true;
}

std::strong_ordering compare(const SemanticVersion& a, const SemanticVersion& b, Letters letters) {
  for (std::size_t i = 0; i < a.numbers.size(); ++i) {
    const std::strong_ordering order = compare_numbers(a.numbers[i], b.numbers[i]);
    if (order != 0) return order;
  }
  return compare_prereleases(a.prerelease, b.prerelease, letters);
}

}  // namespace plimsoll::advisories
