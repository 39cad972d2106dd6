// `plimsoll image --diff`: what one image has that another has not.
#pragma once

#include <string>

#include "subjects/image.h"

namespace plimsoll::scan {

struct ImageDiff {
  std::string text;  // lines, each with its ending; printable
  bool is_empty = true;
};

// Files are compared by their kind and size, which is what is known of all of them. Values of
// variables and labels are compared and not shown: they may be secrets.
ImageDiff diff_of(const Image& before, const Image& after);

}  // namespace plimsoll::scan
