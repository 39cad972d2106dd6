// User names and ids as `USER`, `user:` and `--user` take them: "name", "uid", "name:group",
// "uid:gid".
#pragma once

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace plimsoll::rules {

inline std::string_view user_part(std::string_view user) {
  return user.substr(0, user.find(':'));
}

inline std::string_view group_part(std::string_view user) {
  const std::size_t colon = user.find(':');
  return colon == std::string_view::npos ? std::string_view() : user.substr(colon + 1);
}

// "root", "0", "00", "0:1000": the engine reads digits as a number.
inline bool is_root(std::string_view user) {
  const std::string_view name = user_part(user);
  if (name == "root") return true;
  return !name.empty() && std::ranges::all_of(name, [](char c) { return c == '0'; });
}

}  // namespace plimsoll::rules
