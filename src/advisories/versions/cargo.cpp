// Cargo: semantic versions to the letter (semantic.h): three numbers, no leading zeros. 1.2 is no
// version of a crate but a bound in requirements and advisories, and 1.2.0 there.
//
// Source: "Version" of the Cargo book's manifest chapter, which refers to semver.org. The crate
// that Cargo compares with goes on to order builds, to choose between files of one version; a
// requirement never looks at them, nor do advisories.
#include "advisories/versions/digits.h"
#include "advisories/versions/semantic.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

std::optional<SemanticVersion> read(std::string_view text) {
  SemanticVersion out;
  for (std::size_t i = 0; i < 3; ++i) {
    // Short only when nothing follows.
    if (i > 0 && text.empty()) return out;
    if (i > 0 && !take(text, '.')) return std::nullopt;
    out.numbers[i] = take_digits(text);
    if (out.numbers[i].empty()) return std::nullopt;
    if (out.numbers[i].size() > 1 && out.numbers[i].starts_with('0')) return std::nullopt;
  }
  if (!read_tail(text, LeadingZeros::refused, out.prerelease)) return std::nullopt;
  return out;
}

}  // namespace

Order compare_cargo_versions(std::string_view a, std::string_view b) {
  const std::optional<SemanticVersion> left = read(a);
  const std::optional<SemanticVersion> right = read(b);
  if (!left || !right) return std::nullopt;
  return compare(*left, *right);
}

}  // namespace plimsoll::advisories
