// RPM: [epoch:]version[-release], as 1:3.0.7-27.el9.
//
// Version and release are cut into runs of digits and runs of letters; whatever stands between only
// separates: 2_0 is 2.0. Numbers go by value and are later than letters, letters by the alphabet;
// with more runs left one is later. "~" sorts before everything, the end too (1.0~rc1 is before
// 1.0); "^" after the end, and before everything else (1.0 is before 1.0^git1, that before 1.0.1).
//
// Sources: rpm-version(7), "Versions" of rpm's dependency documentation. Every text is a version;
// no epoch is 0, and no release comes before any. Letters and digits are those of ASCII.
#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

struct RpmVersion {
  std::string_view epoch, version;
  std::optional<std::string_view> release;
};

RpmVersion read(std::string_view text) {
  RpmVersion out;
  std::string_view rest = text;
  const std::string_view digits = take_digits(rest);
  if (take(rest, ':')) {
    out.epoch = digits;
    text = rest;
  }
  if (const std::size_t hyphen = text.rfind('-'); hyphen != std::string_view::npos) {
    out.release = text.substr(hyphen + 1);
    text = text.substr(0, hyphen);
  }
  out.version = text;
  return out;
}

bool separates(char c) {
  return !is_digit(c) && !is_alpha(c) && c != '~' && c != '^';
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    take_while(a, separates);
    take_while(b, separates);
    if (a.starts_with('~') || b.starts_with('~')) {
      if (!take(a, '~')) return std::strong_ordering::greater;
      if (!take(b, '~')) return std::strong_ordering::less;
      continue;
    }
    if (a.starts_with('^') || b.starts_with('^')) {
      if (a.empty()) return std::strong_ordering::less;
      if (b.empty()) return std::strong_ordering::greater;
      if (!take(a, '^')) return std::strong_ordering::greater;
      if (!take(b, '^')) return std::strong_ordering::less;
      continue;
    }
    if (a.empty() || b.empty()) break;
    const bool number = is_digit(a.front());
    if (number != is_digit(b.front())) {
      return number ? std::strong_ordering::greater : std::strong_ordering::less;
    }
    const std::strong_ordering order = number ? compare_numbers(take_digits(a), take_digits(b))
                                              : take_letters(a) <=> take_letters(b);
    if (order != 0) return order;
  }
  return !a.empty() <=> !b.empty();
}

}  // namespace

Order compare_rpm_versions(std::string_view a, std::string_view b) {
  const RpmVersion left = read(a);
  const RpmVersion right = read(b);
  std::strong_ordering order = compare_numbers(left.epoch, right.epoch);
  if (order == 0) order = compare_parts(left.version, right.version);
  if (order != 0) return order;
  if (!left.release || !right.release) {
    return left.release.has_value() <=> right.release.has_value();
  }
  return compare_parts(*left.release, *right.release);
}

}  // namespace plimsoll::advisories
