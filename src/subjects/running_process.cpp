#include "subjects/running_process.h"

#include <algorithm>

#include "subjects/container_spec.h"

namespace plimsoll {
namespace {

// The kernel rounds: memory to whole pages, processors to whole microseconds.
bool differ(std::int64_t in_force, std::int64_t configured) {
  if ((in_force > 0) != (configured > 0)) return true;
  return in_force > 0 && std::abs(in_force - configured) > configured / 100;
}

void apply_limit(const Located<std::int64_t>& in_force, Located<std::int64_t>& configured) {
  if (in_force.written() && differ(in_force.value, configured.value)) configured = in_force;
}

bool filters_nothing(const ContainerSpec& spec) {
  using enum ContainerSpec::SeccompProfile;
  return spec.seccomp.value == "unconfined" || spec.seccomp_profile == empty ||
         spec.seccomp_profile == default_allow;
}

}  // namespace

bool MountPoint::has_option(std::string_view name) const {
  return std::ranges::find(options, name) != options.end();
}

void apply(const RunningProcess& process, ContainerSpec& spec) {
  const Located<bool>& no_new_privileges = process.no_new_privileges;
  if (no_new_privileges.written() && no_new_privileges.value != spec.no_new_privileges.value) {
    spec.no_new_privileges = no_new_privileges;
  }
  // A filter can come from outside, too (dockerd's own unit), so that one is there excuses nothing.
  if (process.seccomp.written() && process.seccomp.value == 0 && !filters_nothing(spec)) {
    spec.seccomp = {.value = "unconfined", .at = process.seccomp.at, .layer = Layer::kernel};
  }
  const bool unconfined = process.lsm_label.written() && process.lsm_label.value == "unconfined";
  if (unconfined && process.apparmor.value && spec.apparmor.value != "unconfined") {
    spec.apparmor = {.value = "unconfined", .at = process.lsm_label.at, .layer = Layer::kernel};
  }
  apply_limit(process.memory_limit, spec.mem_limit);
  apply_limit(process.nano_cpus, spec.nano_cpus);
  apply_limit(process.pids_limit, spec.pids_limit);
  if (!process.mounts) return;
  const auto root = std::ranges::find(*process.mounts, "/", &MountPoint::target);
  if (root != process.mounts->end() && root->has_option("ro") != spec.read_only.value) {
    spec.read_only = {.value = root->has_option("ro"), .at = root->at, .layer = Layer::kernel};
  }
}

}  // namespace plimsoll
