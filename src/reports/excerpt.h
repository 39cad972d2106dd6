// The line of a text that a place stands in, made ready for a terminal: tabs become blanks, control
// characters become visible, a line that is too long is cut to a window around the place, and
// secrets (mask.h) are hidden.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/source.h"

namespace plimsoll {

// The most columns that an excerpt takes, so that with its line number it fits 160.
inline constexpr std::size_t max_excerpt_columns = 150;

struct Excerpt {
  std::string text;
  // The columns of the terminal that the place covers, from 0; wide characters take two. The width
  // is at least one, so that a caret can be drawn. A place of several lines is shown on its first.
  std::size_t caret_column = 0;
  std::size_t caret_width = 1;
};

Excerpt excerpt_of(const Location& at);

// The columns that a text without tabs and control characters takes on a terminal.
std::size_t columns_of(std::string_view text);

}  // namespace plimsoll
