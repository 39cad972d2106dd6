// What a user wrote at a place, for fixes that change a part of it.
#pragma once

#include <string_view>

#include "subjects/located.h"

namespace plimsoll::rules {

// Without the quotes around it.
inline std::string_view written_text(const Location& at) {
  const std::string_view text = at.text();
  const bool quoted = text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
                      text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

// An entry in compose's long form. The short forms hold no colon with a blank behind it.
inline bool is_written_as_mapping(const Location& at) {
  return at.text().starts_with('{') || at.text().contains(": ");
}

}  // namespace plimsoll::rules
