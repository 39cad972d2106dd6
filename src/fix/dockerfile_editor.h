// Turns the changes of a fix into edits of a Dockerfile. Rules say the text themselves; this knows
// where whole instructions stand: their comments, their continuations, the file's line endings.
#pragma once

#include <vector>

#include "base/edit.h"
#include "base/result.h"
#include "findings/finding.h"

namespace plimsoll::fix {

// An Error's message says why a change cannot be made.
Result<std::vector<Edit>> dockerfile_edits(const Finding& finding);

}  // namespace plimsoll::fix
