#include "rules/support/version_order.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::rules {
namespace {

// "~" sorts before the end, the end before letters, letters before everything else.
int weight(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  if (text[at] == '~') return -1;
  const int code = static_cast<unsigned char>(text[at]);
  return is_alpha(text[at]) ? code : code + 256;
}

std::string_view take_digits(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_digit);
  const std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size()));
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    std::size_t at = 0;
    while ((at < a.size() && !is_digit(a[at])) || (at < b.size() && !is_digit(b[at]))) {
      if (const auto order = weight(a, at) <=> weight(b, at); order != 0) return order;
      ++at;
    }
    a.remove_prefix(std::min(at, a.size()));
    b.remove_prefix(std::min(at, b.size()));
    const std::string_view of_a = take_digits(a);
    const std::string_view of_b = take_digits(b);
    if (const auto order = of_a.size() <=> of_b.size(); order != 0) return order;
    if (const auto order = of_a <=> of_b; order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::string_view take_epoch(std::string_view& version) {
  const std::size_t colon = version.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view epoch = version.substr(0, colon);
  version.remove_prefix(colon + 1);
  return epoch;
}

// "6.1.76-1": the revision is what follows the last hyphen.
std::string_view take_revision(std::string_view& version) {
  const std::size_t hyphen = version.rfind('-');
  if (hyphen == std::string_view::npos) return {};
  const std::string_view revision = version.substr(hyphen + 1);
  version = version.substr(0, hyphen);
  return revision;
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  const std::string_view epoch_of_a = take_epoch(a);
  const std::string_view epoch_of_b = take_epoch(b);
  if (const auto order = compare_parts(epoch_of_a, epoch_of_b); order != 0) return order;
  const std::string_view revision_of_a = take_revision(a);
  const std::string_view revision_of_b = take_revision(b);
  if (const auto order = compare_parts(a, b); order != 0) return order;
  return compare_parts(revision_of_a, revision_of_b);
}

}  // namespace plimsoll::rules
