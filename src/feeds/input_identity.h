// Whether an input is still the one that was read: its identity is a text that changes when the
// input does. Of a file that is what the file system says of it (size, times, inode), so that
// nothing of it needs to be read; of a directory what it says of all that lies in it.
#pragma once

#include <string>

#include "base/result.h"

namespace plimsoll::feeds {

// Files of one directory, with those below it.
inline constexpr std::size_t max_input_files = 2'000'000;

struct InputIdentity {
  std::string text;
  bool is_directory = false;
  // Whether the last change is long enough ago for the next one to have another time: the clock of
  // a file system ticks some hundred times a second.
  bool is_settled = false;
};

Result<InputIdentity> identity_of(const std::string& path);

}  // namespace plimsoll::feeds
