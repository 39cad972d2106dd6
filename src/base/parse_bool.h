// How Docker writes a boolean where the text is not JSON: flags, options, labels.
#pragma once

#include <optional>
#include <string_view>

#include "base/words.h"

namespace plimsoll {

// As Go's strconv.ParseBool takes it.
constexpr std::optional<bool> parse_bool(std::string_view text) {
  if (is_one_of(text, {"1", "t", "T", "true", "TRUE", "True"})) return true;
  if (is_one_of(text, {"0", "f", "F", "false", "FALSE", "False"})) return false;
  return std::nullopt;
}

}  // namespace plimsoll
