// npm: semantic versions (semantic.h) in the loose spelling that npm reads from packages.
//
// Before the numbers there may be "v", "=" and blanks, numbers may have leading zeros, and the
// hyphen before the prerelease may be missing: "=v1.02.3beta" is 1.2.3-beta. 1.2 is no version of a
// package but a bound in ranges and advisories, and 1.2.0 there.
//
// Source: node-semver's README and its fixtures. As there, no version is longer than 256 characters
// and no number above 2^53 - 1. Of prereleases numbers are compared exactly, where node-semver
// rounds those above 2^53. Its loose reading takes 1.2.34.5 apart as 1.2.3-4.5, by accident of a
// regular expression; that is no version here.
#include "advisories/versions/digits.h"
#include "advisories/versions/semantic.h"
#include "advisories/versions/versions.h"

namespace plimsoll::advisories {
namespace {

constexpr std::size_t max_length = 256;
constexpr std::string_view max_number = "9007199254740991";

std::optional<SemanticVersion> read(std::string_view text) {
  if (text.size() > max_length) return std::nullopt;
  text = trim(text);
  take_while(text, [](char c) { return c == 'v' || c == '=' || is_space(c); });
  SemanticVersion out;
  const auto is_safe = [](std::string_view number) {
    return compare_numbers(number, max_number) <= 0;
  };
  if (!read_three_numbers(text, out, is_safe)) return std::nullopt;
  if (read_tail(text, LeadingZeros::taken, out.prerelease)) return out;
  // Without a hyphen, or with one that is the prerelease itself.
  const std::size_t plus = text.find('+');
  if (plus != std::string_view::npos && !are_fields(text.substr(plus + 1), LeadingZeros::taken)) {
    return std::nullopt;
  }
  out.prerelease = text.substr(0, plus);
  if (!are_fields(out.prerelease, LeadingZeros::taken)) return std::nullopt;
  return out;
}

}  // namespace

Order compare_npm_versions(std::string_view a, std::string_view b) {
  const std::optional<SemanticVersion> left = read(a);
  const std::optional<SemanticVersion> right = read(b);
  if (!left || !right) return std::nullopt;
  return compare(*left, *right);
}

}  // namespace plimsoll::advisories
