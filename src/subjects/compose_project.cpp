#include "subjects/compose_project.h"

#include <algorithm>

namespace plimsoll {
namespace {

const ComposeResource* named(const std::vector<ComposeResource>& resources, std::string_view name) {
  const auto found = std::ranges::find(resources, name, &ComposeResource::name);
  return found == resources.end() ? nullptr : &*found;
}

}  // namespace

const ContainerSpec* ComposeProject::service(std::string_view wanted) const {
  const auto found = std::ranges::find_if(
      services, [&](const auto& service) { return service->name == wanted; });
  return found == services.end() ? nullptr : found->get();
}

const ComposeResource* ComposeProject::network(std::string_view wanted) const {
  return named(networks, wanted);
}

const ComposeResource* ComposeProject::volume(std::string_view wanted) const {
  return named(volumes, wanted);
}

}  // namespace plimsoll
