// How a mount becomes read-only, in each way that one is written.
#pragma once

#include <optional>

#include "subjects/change.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

// Nothing when it is written in a way that is better left to a person.
std::optional<Change> read_only_mount(const Mount& mount);

}  // namespace plimsoll::rules
