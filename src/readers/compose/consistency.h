// What compose refuses only once the whole project is known: a service without an image, a network
// that nobody defines, two limits that contradict each other (compose-go, loader/validate.go and
// validation/). A lone override file would trip over most of it, so it is checked on request.
#pragma once

#include <vector>

#include "readers/compose/project_loader.h"
#include "subjects/compose_project.h"

namespace plimsoll::compose {

void check_consistency(const Node& root, const ComposeProject& project, const ProjectLoader& loader,
                       std::vector<Error>& errors);

}  // namespace plimsoll::compose
