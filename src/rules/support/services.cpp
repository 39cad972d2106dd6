#include "rules/support/services.h"

#include <algorithm>

namespace plimsoll::rules {
namespace {

const ContainerSpec* builder_beside(const ContainerSpec& spec) {
  if (spec.project == nullptr || spec.image.value.empty()) return nullptr;
  std::size_t seen = 0;
  for (const auto& other : spec.project->services) {
    if (++seen > max_neighbours) return nullptr;
    const bool builds_it =
        other->builds_image && other.get() != &spec && other->image.value == spec.image.value;
    if (builds_it) return other.get();
  }
  return nullptr;
}

}  // namespace

bool runs_windows(const ContainerSpec& spec) {
  const std::string_view image = spec.image.value;
  return image.starts_with("mcr.microsoft.com/windows") ||
         image.starts_with("mcr.microsoft.com/dotnet/framework/") || image.contains("nanoserver") ||
         image.contains("windowsservercore");
}

std::optional<ImageReference> pulled_image(const ContainerSpec& spec) {
  if (spec.image.unresolved || spec.image.value.empty() || spec.builds_image) return std::nullopt;
  if (spec.pull_policy.value == "never" || spec.pull_policy.value == "build") return std::nullopt;
  std::optional<ImageReference> reference = parse_image_reference(spec.image.value);
  if (!reference || reference->registry == "localhost" || builder_beside(spec) != nullptr)
    return std::nullopt;
  return reference;
}

std::optional<ImageReference> image_or_base(const ContainerSpec& spec) {
  const ContainerSpec* const builder = builder_of(spec);
  const ContainerSpec& built = builder == nullptr ? spec : *builder;
  if (built.dockerfile == nullptr || built.dockerfile_stage >= built.dockerfile->stages.size()) {
    return pulled_image(spec);
  }
  const Stage* stage = &built.dockerfile->stages[built.dockerfile_stage];
  while (stage->base.stage && *stage->base.stage < stage->index) {
    stage = &built.dockerfile->stages[*stage->base.stage];
  }
  return stage->base.word.unresolved ? std::nullopt : stage->base.reference;
}

const ContainerSpec* builder_of(const ContainerSpec& spec) {
  if (spec.builds_image) return nullptr;
  const ContainerSpec* const builder = builder_beside(spec);
  if (builder == nullptr || builder->dockerfile == nullptr) return nullptr;
  return builder->dockerfile_stage < builder->dockerfile->stages.size() ? builder : nullptr;
}

std::string_view shared_network(const ContainerSpec& a, const ContainerSpec& b) {
  if (!has_own_network(a) || !has_own_network(b)) return {};
  if (a.networks.empty() && b.networks.empty()) return "default";
  for (const Network& network : a.networks) {
    const bool shared = std::ranges::any_of(
        b.networks, [&](const Network& other) { return other.name == network.name; });
    if (shared) return network.name;
  }
  return {};
}

}  // namespace plimsoll::rules
