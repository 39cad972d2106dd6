// Which shell with `pipefail` an image surely has: bash, or the ash of Alpine's BusyBox. Debian's
// dash, which is /bin/sh there and on Ubuntu, has no pipefail.
#pragma once

#include <cstdint>

#include "subjects/dockerfile.h"

namespace plimsoll::rules {

enum class ImageShell : std::uint8_t { unknown, bash, ash };

// Of a stage's base image: known by its name and tag, or by the package manager that its RUNs call.
// A stage that is built on another one of the file is looked at for its own calls alone.
ImageShell shell_of(const Stage& stage);

}  // namespace plimsoll::rules
