#include "net/content_range.h"

#include "base/number.h"

namespace plimsoll::net {

std::optional<ContentRange> parse_content_range(std::string_view text) {
  constexpr std::string_view unit = "bytes ";
  if (!text.starts_with(unit)) return std::nullopt;
  text.remove_prefix(unit.size());
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) {
    return std::nullopt;
  }
  const auto begin = number_of<std::uint64_t>(text.substr(0, dash));
  if (!begin) return std::nullopt;
  return ContentRange{*begin, number_of<std::uint64_t>(text.substr(slash + 1))};
}

}  // namespace plimsoll::net
