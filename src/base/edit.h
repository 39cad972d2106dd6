// One replacement of text: what stands at `at` becomes `text`. An insertion has an empty span.
#pragma once

#include <string>

#include "base/source.h"

namespace plimsoll {

struct Edit {
  Location at;
  std::string text;
  // Two insertions at one place that fill the same slot ("web.security_opt") exclude each other:
  // each would write the key that the other writes. Two replacements with the same slot exclude
  // each other wherever they stand: together they would leave a list without entries.
  std::string slot;
  // Not empty: the edit makes this file, whose whole text is `text`; `at` is unknown.
  std::string new_file;
  // The new file's text is a secret: it is never shown.
  bool is_secret = false;

  friend bool operator==(const Edit&, const Edit&) = default;
};

}  // namespace plimsoll
