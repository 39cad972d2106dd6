// The programs with setuid and setgid bits, or with capabilities, that the standard images of
// distributions have. A table of what was there on a day: a release may add one or drop one, so it
// tells what is usual, and not what is harmless.
#pragma once

#include <string_view>

#include "subjects/image.h"

namespace plimsoll::rules {

// Whether the table has the distribution of an image.
bool knows_standard_image(const OsRelease& os);
// Whether the distribution's standard image has such a program: by its name, since the same lies in
// /bin, /usr/bin or /usr/sbin of one release or the other.
bool is_in_standard_image(const OsRelease& os, std::string_view program);

}  // namespace plimsoll::rules
