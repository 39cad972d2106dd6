// Programs that well-known images bring along to ask their service whether it is well.
#pragma once

#include <string_view>

#include "subjects/image_reference.h"

namespace plimsoll::rules {

struct HealthCommand {
  std::string_view image;
  std::string_view test;        // as compose has it
  std::string_view shell = {};  // the same for --health-cmd, in the shell's words
  int since = 0;                // the first major version of the image that has the program
};

// Null where the image has none, or it is not known.
const HealthCommand* health_command(const ImageReference& image);

}  // namespace plimsoll::rules
