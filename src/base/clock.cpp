#include "base/clock.h"

#include <array>
#include <cstdlib>
#include <ctime>

#include "base/text.h"

namespace plimsoll {

namespace {

std::string formatted(const char* format) {
  std::time_t time = std::time(nullptr);
  if (const char* const fixed = std::getenv("SOURCE_DATE_EPOCH")) {
    if (const auto seconds = parse_number(fixed)) time = static_cast<std::time_t>(*seconds);
  }
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), format, &utc);
  return {text.data(), size};
}

}  // namespace

std::string today() {
  return formatted("%Y-%m-%d");
}

std::string now() {
  return formatted("%Y-%m-%dT%H:%M:%SZ");
}

}  // namespace plimsoll
