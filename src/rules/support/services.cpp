#include "rules/support/services.h"

#include <algorithm>

namespace plimsoll::rules {

const ImageReference* pulled_image(const ContainerSpec& spec) {
  if (!spec.image_reference || spec.builds_image || spec.image_builder != nullptr) return nullptr;
  if (spec.pull_policy.value == "never" || spec.pull_policy.value == "build") return nullptr;
  return spec.image_reference->registry == "localhost" ? nullptr : &*spec.image_reference;
}

bool runs_windows(const ContainerSpec& spec) {
  const std::string_view image = spec.image.value;
  return image.starts_with("mcr.microsoft.com/windows") ||
         image.starts_with("mcr.microsoft.com/dotnet/framework/") || image.contains("nanoserver") ||
         image.contains("windowsservercore");
}

const ImageReference* image_or_base(const ContainerSpec& spec) {
  const ContainerSpec* const builder = builder_of(spec);
  const ContainerSpec& built = builder == nullptr ? spec : *builder;
  if (built.dockerfile == nullptr || built.dockerfile_stage >= built.dockerfile->stages.size()) {
    return pulled_image(spec);
  }
  const Stage* stage = &built.dockerfile->stages[built.dockerfile_stage];
  while (stage->base.stage && *stage->base.stage < stage->index) {
    stage = &built.dockerfile->stages[*stage->base.stage];
  }
  const BaseImage& base = stage->base;
  return base.reference && !base.word.unresolved ? &*base.reference : nullptr;
}

const ContainerSpec* builder_of(const ContainerSpec& spec) {
  const ContainerSpec* const builder = spec.image_builder;
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
