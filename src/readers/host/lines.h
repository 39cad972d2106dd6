// Lines and their fields as spans of a text: most files of /etc and /proc are tables of those.
#pragma once

#include <string_view>
#include <vector>

#include "base/source.h"

namespace plimsoll::host {

// A line without its ending; `at` is the whole of it.
struct Line {
  Location at;
  std::string_view text() const { return at.text(); }
};

// Every line of a text, empty ones and comments (`#`) left out.
std::vector<Line> lines_of(const Source& source);

// The parts between separators, empty ones too, each with its place.
std::vector<Location> fields_of(const Location& line, char separator);

// Without blanks and line endings around it.
Location trimmed(Location at);

// All of a text, trimmed: most files of /proc and /sys hold one value.
Location value_of(const Source& source);

// The parts between blanks and tabs, none of them empty.
std::vector<std::string_view> words_of(std::string_view line);

}  // namespace plimsoll::host
