// A Dockerfile that stands in a compose file (`dockerfile_inline: |`) is read from a text of its
// own, with the YAML's indentation taken away. What is said of it belongs to the compose file,
// where a person finds it.
#pragma once

#include "subjects/compose_project.h"

namespace plimsoll::app {

// The place in the compose file of a place in the inline Dockerfile. Exact for literal blocks
// (`|`), which is how they are written; for quoted and folded text the whole value.
Location place_in_compose_file(const Location& inner, const ComposeBuild& build);

}  // namespace plimsoll::app
