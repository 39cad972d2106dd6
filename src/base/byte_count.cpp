#include "base/byte_count.h"

#include <array>
#include <string_view>

#include "base/text.h"

namespace plimsoll {

std::string byte_count(std::uint64_t bytes) {
  constexpr std::uint64_t step = 1024;
  static constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
  if (bytes < step) return counted(bytes, "byte", "bytes");
  std::size_t unit = 0;
  std::uint64_t rest = bytes % step;
  std::uint64_t whole = bytes / step;
  while (whole >= step && unit + 1 < units.size()) {
    rest = whole % step;
    whole /= step;
    ++unit;
  }
  return concat(std::to_string(whole), ".", std::to_string(rest * 10 / step), " ", units[unit]);
}

}  // namespace plimsoll
