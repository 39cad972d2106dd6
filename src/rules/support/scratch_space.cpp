#include "rules/support/scratch_space.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "rules/support/host_paths.h"
#include "rules/support/known_images.h"
#include "rules/support/services.h"

namespace plimsoll::rules {
namespace {

// Most programs need it, and it is seldom all.
constexpr KnownWrites guess{.scratch = {"/tmp"}};

bool is_given(const ContainerSpec& spec, std::string_view variable) {
  return std::ranges::any_of(spec.environment,
                             [&](const auto& entry) { return entry.name == variable; });
}

bool mounted(const ContainerSpec& spec, std::string_view path) {
  return std::ranges::any_of(spec.mounts, [&](const Mount& mount) {
    return same_or_below(normal_host_path(path), normal_host_path(mount.target));
  });
}

// Compose copies a secret that is no file into the container, which the engine refuses for a
// read-only one (docker/compose#12531).
bool has_copied_secret(const ContainerSpec& spec) {
  if (spec.project == nullptr) return false;
  return std::ranges::any_of(spec.secrets, [&](const SecretOrConfig& used) {
    const auto& declared = used.is_config ? spec.project->configs : spec.project->secrets;
    const auto found = std::ranges::find(declared, used.source, &ComposeResource::name);
    return found != declared.end() && (found->from_environment || found->has_content);
  });
}

}  // namespace

Fix read_only_fix(const ContainerSpec& spec) {
  const ImageReference* const image = image_or_base(spec);
  const KnownImage* const known = image ? known_image(*image) : nullptr;
  const bool is_guess = known == nullptr || !known->writes;
  const KnownWrites& writes = is_guess ? guess : *known->writes;
  if (writes.needs_a_person || has_copied_secret(spec)) return {};
  if (!writes.own_files_with_mount.empty() && mounted(spec, writes.own_files_with_mount)) return {};
  for (const std::string_view variable : writes.own_files_with_variables) {
    if (is_given(spec, variable)) return {};
  }
  const int major = image ? version_of_tag(image->tag).major : -1;
  const bool needs_state = major < 0 || major >= writes.state_since;
  for (const std::string_view path : writes.state) {
    if (needs_state && !mounted(spec, path)) return {};
  }
  std::vector<Change> changes{
      change::set("read_only", spec.read_only, "true",
                  is_guess ? "then give a tmpfs or volume to what it is seen to write" : "")};
  for (const std::string_view path : writes.scratch) {
    if (mounted(spec, path)) continue;
    changes.push_back(change::add("tmpfs", concat(path, ":", tmpfs_size)));
  }
  return unsafe_fix(std::move(changes));
}

}  // namespace plimsoll::rules
