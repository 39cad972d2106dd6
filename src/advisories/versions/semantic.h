// Semantic versions: MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD], as 1.4.0-rc.1+exp.
//
// The numbers go by value. A version with a prerelease is before the same without; prereleases are
// compared field by field, the fields between dots: numbers by value and before words, words by
// ASCII, and with more fields left one is later. The build counts for nothing. npm, Cargo, Go and
// NuGet order so, and differ in what else they take for a version; each has its file.
//
// Source: semver.org 2.0.0, items 2 and 9 to 11.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <string_view>

#include "advisories/versions/digits.h"

namespace plimsoll::advisories {

struct SemanticVersion {
  std::array<std::string_view, 4> numbers;  // digits, or nothing for 0; the fourth for NuGet alone
  std::string_view prerelease;              // without the hyphen; "" for none
};

enum class LeadingZeros : bool { refused, taken };
enum class Letters : bool { differ_in_case, equal_in_case };

// Reads the three numbers off the front, fewer only where nothing follows. False where it is not
// that, or `is_number` refuses one.
template <class IsNumber>
bool read_three_numbers(std::string_view& text, SemanticVersion& out, const IsNumber& is_number) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0 && text.empty()) return true;
    if (i > 0 && !take(text, '.')) return false;
    out.numbers[i] = take_digits(text);
    if (out.numbers[i].empty() || !is_number(out.numbers[i])) return false;
  }
  return true;
}

// Whether it is fields of letters, digits and hyphens between dots, none empty. Leading zeros of
// numbers can be refused.
bool are_fields(std::string_view text, LeadingZeros zeros);

// Reads [-PRERELEASE][+BUILD], the rest of a version, whole. False where it is not that.
bool read_tail(std::string_view tail, LeadingZeros zeros, std::string_view& prerelease);

std::strong_ordering compare(const SemanticVersion& a, const SemanticVersion& b,
                             Letters letters = Letters::differ_in_case);

}  // namespace plimsoll::advisories
