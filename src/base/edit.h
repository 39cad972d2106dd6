// One replacement of text: what stands at `at` becomes `text`. An insertion has an empty span.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/source.h"

namespace plimsoll {

// One edit that can stand for an edit in each of several places of its file: what they share is
// written once, or goes whole. It is made only when all of them want it.
struct SharedEdit {
  Span span;
  std::string text;
  std::string slot;
  std::string what;         // the same for all edits that it stands for, and for no others
  std::uint32_t place = 0;  // of the edit in whose stead it is named here
  std::size_t places = 0;   // how many there are

  friend bool operator==(const SharedEdit&, const SharedEdit&) = default;
};

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
  // What may be made in its stead, the best first.
  std::vector<SharedEdit> shared = {};

  friend bool operator==(const Edit&, const Edit&) = default;
};

}  // namespace plimsoll
