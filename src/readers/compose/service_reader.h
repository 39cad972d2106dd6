// From the tree of a service to its ContainerSpec.
#pragma once

#include <vector>

#include "readers/compose/project_loader.h"
#include "subjects/compose_project.h"

namespace plimsoll::compose {

struct ServiceContext {
  const ProjectLoader& loader;
  const Files& files;
  Sources& sources;
  ComposeProject& project;  // its resources are read already
  std::vector<Error>& errors;
};

// Appends the service to the project, with its build, and what a swarm drops of it. Wrong types are
// reported elsewhere (schema.h); here what can be understood is taken and the rest left out.
void read_service(const Pair& entry, ServiceContext& context);

}  // namespace plimsoll::compose
