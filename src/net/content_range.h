// Where a part of a body begins, and how large the whole is: "bytes 100-199/200" (RFC 9110, 14.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plimsoll::net {

struct ContentRange {
  std::uint64_t begin = 0;
  std::optional<std::uint64_t> whole;
};

std::optional<ContentRange> parse_content_range(std::string_view text);

}  // namespace plimsoll::net
