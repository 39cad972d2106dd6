// From the top-level mappings of a project (networks, volumes, secrets, configs) to its resources.
#pragma once

#include <vector>

#include "readers/compose/project_loader.h"
#include "subjects/compose_project.h"

namespace plimsoll::compose {

std::vector<ComposeResource> read_resources(const Node* section, const ProjectLoader& loader);

}  // namespace plimsoll::compose
