// Which distribution it is: os-release(5), in etc or, where that is a link, in usr/lib.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader os_release;

}  // namespace plimsoll::image
