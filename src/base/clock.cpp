#include "base/clock.h"

#include <array>
#include <cstdlib>
#include <ctime>

#include "base/text.h"

namespace plimsoll {

std::string today() {
  std::time_t now = std::time(nullptr);
  if (const char* const fixed = std::getenv("SOURCE_DATE_EPOCH")) {
    if (const auto seconds = parse_number(fixed)) now = static_cast<std::time_t>(*seconds);
  }
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
  return {text.data(), size};
}

}  // namespace plimsoll
