#include "subjects/compose_project.h"

#include <algorithm>

namespace plimsoll {
namespace {

const ComposeResource* named(const std::vector<ComposeResource>& resources, std::string_view name) {
  const auto found = std::ranges::find(resources, name, &ComposeResource::name);
  return found == resources.end() ? nullptr : &*found;
}

}  // namespace

ComposeProject& ComposeProject::operator=(ComposeProject&& other) noexcept {
  if (this == &other) return *this;
  name = std::move(other.name);
  directory = std::move(other.directory);
  sources = std::move(other.sources);
  services = std::move(other.services);
  builds = std::move(other.builds);
  networks = std::move(other.networks);
  volumes = std::move(other.volumes);
  secrets = std::move(other.secrets);
  configs = std::move(other.configs);
  stack_ignored = std::move(other.stack_ignored);
  for_swarm = other.for_swarm;
  for_swarm_at = other.for_swarm_at;
  version = std::move(other.version);
  dockerfiles = std::move(other.dockerfiles);
  trees = std::move(other.trees);
  for (const auto& service : services) service->project = this;
  return *this;
}

const ContainerSpec* ComposeProject::service(std::string_view wanted) const {
  const auto found =
      std::ranges::find_if(services, [&](const auto& service) { return service->name == wanted; });
  return found == services.end() ? nullptr : found->get();
}

const ComposeResource* ComposeProject::network(std::string_view wanted) const {
  return named(networks, wanted);
}

const ComposeResource* ComposeProject::volume(std::string_view wanted) const {
  return named(volumes, wanted);
}

}  // namespace plimsoll
