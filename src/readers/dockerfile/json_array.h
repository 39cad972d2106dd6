// The exec form: a JSON array of strings. BuildKit tries JSON first and falls back to a shell line
// when the text is no valid JSON; a valid array of something else than strings is refused.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"

namespace plimsoll::dockerfile {

struct JsonString {
  std::string_view text;
  std::uint32_t begin = 0;  // in the array's text, with the quotes
  std::uint32_t end = 0;
  // Where the decoded text is not simply the text between the quotes: from `first` of the decoded
  // text on, it comes from `second` of the array's text. Empty when it is just that.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pieces;
};

enum class JsonForm : std::uint8_t { none, strings, other };

// `none`: the text is no JSON array. `other`: a valid array that holds something else than strings.
// Nesting is bounded as in Go's decoder, at 10,000. Strings are views of the text, or lie in the
// arena where escapes changed them.
JsonForm read_json_array(std::string_view text, std::vector<JsonString>& strings, Arena& arena);

}  // namespace plimsoll::dockerfile
