// Programs that well-known images bring along to ask their service whether it is well.
#pragma once

#include "rules/support/known_images.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules {

// Null where the image has none, or it is not known.
const HealthCommand* health_command(const ImageReference& image);

}  // namespace plimsoll::rules
