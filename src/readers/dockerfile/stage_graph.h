// What the stages of a Dockerfile have to do with each other: which copies from which, which are
// needed for the last one, and what each ends with.
#pragma once

#include "subjects/dockerfile.h"

namespace plimsoll::dockerfile {

// Fills from_stage of instructions and mounts (and refuses those that name no earlier stage),
// `needed`, and the effective user, command and so on of each stage. Expects base.stage to be set.
void connect_stages(Dockerfile& dockerfile);

}  // namespace plimsoll::dockerfile
