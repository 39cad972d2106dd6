// Points in time as RFC 3339 writes them: "2023-01-08T18:02:03.647-06:00". They stand in different
// zones and with any number of digits, so that their texts have no order.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plimsoll::advisories {

struct Instant {
  std::int64_t seconds = 0;  // since 1970, in UTC
  std::int64_t nanoseconds = 0;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

// Nothing for what is none. Digits beyond nanoseconds are left out.
std::optional<Instant> instant_of(std::string_view text);

}  // namespace plimsoll::advisories
