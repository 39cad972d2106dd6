// Turns the changes of a fix into edits of a `docker run` line. New flags stand right before the
// image: in a line of their own where the line is written over several, in front of it otherwise.
#pragma once

#include <memory>
#include <vector>

#include "base/edit.h"
#include "base/result.h"
#include "findings/finding.h"
#include "subjects/container_spec.h"

namespace plimsoll::fix {

// An Error's message says why a change cannot be made. `line` is the line that the finding is
// about.
Result<std::vector<Edit>> run_line_edits(const Finding& finding, const ContainerSpec& line);

}  // namespace plimsoll::fix
