// Dates as feeds write them.
#pragma once

#include <string_view>

#include "base/text.h"

namespace plimsoll::feeds {

// "2025-08-25".
inline bool is_iso_date(std::string_view text) {
  return text.size() == 10 && text[4] == '-' && text[7] == '-' && all_digits(text.substr(0, 4)) &&
         all_digits(text.substr(5, 2)) && all_digits(text.substr(8));
}

}  // namespace plimsoll::feeds
