// NuGet: semantic versions (semantic.h) of one to four numbers, as 4.7.0.1-preview3.
//
// Numbers that are missing are 0, leading zeros do not count, and prereleases are compared without
// regard to case.
//
// Source: "Package versioning" of NuGet's documentation. Numbers may be of any length here.
#include "advisories/versions/digits.h"
#include "advisories/versions/semantic.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

std::optional<SemanticVersion> read(std::string_view text) {
  text = trim(text);
  SemanticVersion out;
  for (std::size_t i = 0; i < out.numbers.size() && (i == 0 || take(text, '.')); ++i) {
    out.numbers[i] = take_digits(text);
    if (out.numbers[i].empty()) return std::nullopt;
  }
  if (!read_tail(text, LeadingZeros::taken, out.prerelease)) return std::nullopt;
  return out;
}

}  // namespace

Order compare_nuget_versions(std::string_view a, std::string_view b) {
  const std::optional<SemanticVersion> left = read(a);
  const std::optional<SemanticVersion> right = read(b);
  if (!left || !right) return std::nullopt;
  return compare(*left, *right, Letters::equal_in_case);
}

}  // namespace plimsoll::advisories
