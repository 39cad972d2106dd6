// Numbers in texts that machines write.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace plimsoll {

// A whole number that the type holds, with a sign only where it has one; nothing for anything else.
template <class T = std::uint32_t>
std::optional<T> number_of(std::string_view text, int base = 10) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace plimsoll
