// Long lists, as messages have them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/text.h"

namespace plimsoll::rules {

// "a, b, c and 7 more": the first `shown` of the parts.
inline std::string first_of(std::span<const std::string> parts, std::size_t shown) {
  if (parts.size() <= shown) return join({parts.begin(), parts.end()}, ", ");
  const std::span<const std::string> first = parts.first(shown);
  return concat(join({first.begin(), first.end()}, ", "), " and ",
                std::to_string(parts.size() - shown), " more");
}

}  // namespace plimsoll::rules
