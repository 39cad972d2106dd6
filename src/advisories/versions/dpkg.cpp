// Debian: [epoch:]upstream[-revision], as 1:2.36-9+deb12u10.
//
// The epoch is a number, 0 when there is none; it is raised when upstream begins to count anew. The
// revision follows the last hyphen; none is the same as 0. Upstream and revision are compared the
// same way, from the left, in turns: first what is no digit, then a number. In what is no digit,
// letters sort before everything else, and "~" even before the end: 1.0~rc1 is before 1.0.
//
// Sources: Debian Policy 5.6.12, deb-version(7). A text that dpkg refuses is no version: an epoch
// that is no number, nothing where there should be something, blanks inside. Characters that only
// the policy forbids are compared, as dpkg does after a warning.
#include "advisories/versions/digits.h"
#include "advisories/versions/versions.h"
#include "base/number.h"

namespace plimsoll::advisories {
namespace {

struct DpkgVersion {
  std::string_view epoch, upstream, revision;
};

std::optional<DpkgVersion> read(std::string_view text) {
  text = trim(text);
  DpkgVersion out;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    out.epoch = text.substr(0, colon);
    if (!all_digits(out.epoch) || !number_of<std::int32_t>(out.epoch)) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  if (const std::size_t hyphen = text.rfind('-'); hyphen != std::string_view::npos) {
    out.revision = text.substr(hyphen + 1);
    if (out.revision.empty()) return std::nullopt;
    text = text.substr(0, hyphen);
  }
  out.upstream = text;
  if (out.upstream.empty()) return std::nullopt;
  for (const std::string_view part : {out.upstream, out.revision}) {
    for (const char c : part) {
      if (is_space(c)) return std::nullopt;
    }
  }
  return out;
}

// Of the first character: the end, which a digit is too, lies between "~" and the letters.
int weight_of(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return 0;
  if (text.front() == '~') return -1;
  const int value = static_cast<unsigned char>(text.front());
  return is_alpha(text.front()) ? value : value + 256;
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while (true) {
      const int left = weight_of(a);
      const int right = weight_of(b);
      if (left != right) return left <=> right;
      if (left == 0) break;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    const std::strong_ordering order = compare_numbers(take_digits(a), take_digits(b));
    if (order != 0) return order;
  }
  return std::strong_ordering::equal;
}

}  // namespace

Order compare_dpkg_versions(std::string_view a, std::string_view b) {
  const std::optional<DpkgVersion> left = read(a);
  const std::optional<DpkgVersion> right = read(b);
  if (!left || !right) return std::nullopt;
  std::strong_ordering order = compare_numbers(left->epoch, right->epoch);
  if (order == 0) order = compare_parts(left->upstream, right->upstream);
  if (order == 0) order = compare_parts(left->revision, right->revision);
  return order;
}

}  // namespace plimsoll::advisories
