// RubyGems: segments between dots, as 7.1.0.rc1.
//
// A segment is a run of digits or a run of letters, whether a dot stands between two or not: 1.a2
// is 1.a.2. A hyphen is ".pre.", so that 1.0-2 comes before 1.0. Letters come before any number,
// which makes a version with letters a prerelease; what is missing is 0. Zeros before the first
// letters and before the end count for nothing: 1.0.a is 1.a.
//
// Source: the documentation of Gem::Version, "How Software Changes" and the grammar of what is
// correct. An empty version is 0, as there.
#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

bool is_word(std::string_view part, bool with_hyphens) {
  for (const char c : part) {
    if (!is_digit(c) && !is_alpha(c) && !(with_hyphens && c == '-')) return false;
  }
  return !part.empty();
}

// Digits first, then words between dots; behind the first hyphen more such, with hyphens.
bool is_version(std::string_view text) {
  if (text.empty()) return true;
  if (take_digits(text).empty()) return false;
  bool behind_hyphen = false;
  while (!text.empty()) {
    if (!behind_hyphen && take(text, '-')) {
      behind_hyphen = true;
    } else if (!take(text, '.')) {
      return false;
    }
    const std::string_view part =
        take_while(text, [&](char c) { return c != '.' && (behind_hyphen || c != '-'); });
    if (!is_word(part, behind_hyphen)) return false;
  }
  return true;
}

// "" is the end, which stands for 0.
std::string_view take_segment(std::string_view& text) {
  take(text, '.');
  if (take(text, '-')) return "pre";
  if (!text.empty() && is_digit(text.front())) return take_digits(text);
  return take_letters(text);
}

// The numbers in front, without the zeros at their end, and the rest.
struct Gem {
  std::string_view numbers, rest;
};

Gem read(std::string_view text) {
  std::string_view rest = text;
  std::size_t numbers_end = 0;
  take_while(rest, [](char c) { return is_digit(c) || c == '.'; });
  const std::string_view front = text.substr(0, text.size() - rest.size());
  for (std::string_view left = front; !left.empty();) {
    const std::string_view number = take_digits(left);
    if (!is_zero(number)) numbers_end = front.size() - left.size();
    take(left, '.');
  }
  return {front.substr(0, numbers_end), rest};
}

std::string_view next_segment(Gem& gem) {
  return take_segment(gem.numbers.empty() ? gem.rest : gem.numbers);
}

bool is_letters(std::string_view segment) {
  return !segment.empty() && is_alpha(segment.front());
}

}  // namespace

Order compare_gem_versions(std::string_view a, std::string_view b) {
  a = trim(a);
  b = trim(b);
  if (!is_version(a) || !is_version(b)) return std::nullopt;
  Gem left = read(a);
  Gem right = read(b);
  while (true) {
    const std::string_view left_segment = next_segment(left);
    const std::string_view right_segment = next_segment(right);
    if (left_segment.empty() && right_segment.empty()) return std::strong_ordering::equal;
    const bool letters = is_letters(left_segment);
    if (letters != is_letters(right_segment)) {
      return letters ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    const std::strong_ordering order =
        letters ? left_segment <=> right_segment : compare_numbers(left_segment, right_segment);
    if (order != 0) return order;
  }
}

}  // namespace plimsoll::advisories
