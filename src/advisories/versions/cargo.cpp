// Cargo: semantic versions to the letter (semantic.h): three numbers, no leading zeros. 1.2 is no
// version of a crate but a bound in requirements and advisories, and 1.2.0 there.
//
// Source: "Version" of the Cargo book's manifest chapter, which refers to semver.org. The crate
// that Cargo compares with goes on to order builds, to choose between files of one version; a
// requirement never looks at them, nor do advisories.
#include "advisories/versions/semantic.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

std::optional<SemanticVersion> read(std::string_view text) {
  SemanticVersion out;
  const auto has_no_leading_zero = [](std::string_view number) {
    return number.size() == 1 || !number.starts_with('0');
  };
  if (!read_three_numbers(text, out, has_no_leading_zero)) return std::nullopt;
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
