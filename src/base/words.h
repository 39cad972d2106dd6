// Is a word one of a few known ones?
#pragma once

#include <initializer_list>
#include <string_view>

namespace plimsoll {

constexpr bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

}  // namespace plimsoll
