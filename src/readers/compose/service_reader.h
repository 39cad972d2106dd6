// From the tree of a service to its ContainerSpec, and from the top-level mappings to the project's
// resources.
#pragma once

#include <vector>

#include "readers/compose/project_loader.h"
#include "subjects/compose_project.h"

namespace plimsoll::compose {

// networks, volumes, secrets, configs.
std::vector<ComposeResource> read_resources(const Node* section, const ProjectLoader& loader);

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
