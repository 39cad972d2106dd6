// Turns the changes of a fix into edits of daemon.json, in the layout that the file has.
#pragma once

#include <vector>

#include "base/edit.h"
#include "base/result.h"
#include "findings/finding.h"

namespace plimsoll::fix {

// An Error's message says why a change cannot be made.
Result<std::vector<Edit>> daemon_json_edits(const Finding& finding);

}  // namespace plimsoll::fix
