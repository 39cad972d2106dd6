#include "rules/support/services.h"

namespace plimsoll::rules {
namespace {

// A project is not searched further than this for the service that builds an image.
constexpr std::size_t max_neighbours = 256;

bool is_built_beside(const ContainerSpec& spec) {
  if (spec.project == nullptr) return false;
  std::size_t seen = 0;
  for (const auto& other : spec.project->services) {
    if (++seen > max_neighbours) return false;
    if (other->builds_image && other->image.value == spec.image.value) return true;
  }
  return false;
}

}  // namespace

std::optional<ImageReference> pulled_image(const ContainerSpec& spec) {
  if (spec.image.unresolved || spec.image.value.empty() || spec.builds_image) return std::nullopt;
  if (spec.pull_policy.value == "never" || spec.pull_policy.value == "build") return std::nullopt;
  std::optional<ImageReference> reference = parse_image_reference(spec.image.value);
  if (!reference || reference->registry == "localhost" || is_built_beside(spec))
    return std::nullopt;
  return reference;
}

}  // namespace plimsoll::rules
