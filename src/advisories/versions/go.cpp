// Go: semantic versions (semantic.h) with "v" in front, as v1.4.0-rc.1.
//
// A commit without a tag has a pseudo-version, v1.2.4-0.20191109021931-daa7c04131f5: a prerelease
// of the version after the tag before it, ordered by its time since that is the first that differs.
// "+incompatible" is a build. v1 and v1.2 are short for v1.0.0 and v1.2.0.
//
// The advisories of Go's own library and tools write 1.21.0-rc.2 for what is released as go1.21rc2,
// the programs that were built with it hold the latter; both are read, and "v" may be missing, as
// it is in every advisory.
//
// Sources: "Versions" and "Pseudo-versions" of the Go Modules Reference, golang.org/x/mod/semver,
// "How Go releases are named" of go.dev/doc/toolchain.
#include <algorithm>
#include <array>

#include "advisories/versions/digits.h"
#include "advisories/versions/semantic.h"
#include "advisories/versions/versions.h"
#include "base/words.h"

namespace plimsoll::advisories {
namespace {

// "rc2" as the prerelease that it is: "rc.2".
using Stage = std::array<char, 24>;

// The prerelease may point into `stage`.
std::optional<SemanticVersion> read(std::string_view text, Stage& stage) {
  const bool of_go = text.starts_with("go");
  if (of_go) {
    text.remove_prefix(2);
  } else {
    take(text, 'v');
  }
  SemanticVersion out;
  std::size_t count = 0;
  for (; count < 3 && (count == 0 || take(text, '.')); ++count) {
    std::string_view& number = out.numbers[count];
    number = take_digits(text);
    if (number.empty() || (number.size() > 1 && number.starts_with('0'))) return std::nullopt;
  }
  if (const std::string_view word = take_letters(text); !word.empty()) {
    if (!is_one_of(word, {"beta", "rc"}) || !all_digits(text)) return std::nullopt;
    if (word.size() + 1 + text.size() > stage.size()) return std::nullopt;
    char* end = std::ranges::copy(word, stage.begin()).out;
    *end++ = '.';
    end = std::ranges::copy(text, end).out;
    out.prerelease = std::string_view(stage.data(), end);
    return out;
  }
  if (!of_go && count < 3 && !text.empty()) return std::nullopt;
  if (!read_tail(text, LeadingZeros::refused, out.prerelease)) return std::nullopt;
  return out;
}

}  // namespace

Order compare_go_versions(std::string_view a, std::string_view b) {
  Stage left_stage;
  Stage right_stage;
  const std::optional<SemanticVersion> left = read(a, left_stage);
  const std::optional<SemanticVersion> right = read(b, right_stage);
  if (!left || !right) return std::nullopt;
  return compare(*left, *right);
}

}  // namespace plimsoll::advisories
