// Files of the host as texts, and how it ended where there is none.
#pragma once

#include <string>

#include "base/files.h"
#include "base/source.h"

namespace plimsoll::host {

struct Text {
  const Source* source = nullptr;  // null: nothing was read
  bool missing = false;            // there is no such file, as opposed to one that may not be read
};

// The text of a file, added to `sources`.
Text read_text(const std::string& path, const Files& files, Sources& sources);

// Whether there is nothing at a path; false, too, where that cannot be told.
bool is_missing(const std::string& path, const Files& files);

}  // namespace plimsoll::host
