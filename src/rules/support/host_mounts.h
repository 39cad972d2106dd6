// What of the host a container gets through its mounts, and how grave that is.
//
// Four rules speak of host paths: docker-socket-mounted, host-device-exposed, kernel-paths-writable
// and sensitive-host-mount. One judgement with one table serves them all, so that each mount is
// reported by exactly one of them: the one that names the worst that the mount gives away.
//
// A host path arrives by more ways than a bind mount: a volume whose driver options bind a
// directory
// (`type=none`, `o=bind`, `device=/`), an overlay of host directories, a Windows named pipe, and
// `volumes_from`, which copies every mount of another container.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "findings/finding.h"
#include "rules/support/host_paths.h"
#include "subjects/compose_project.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

// Bounds on hostile projects, in which every service could refer to every other: how deep a chain
// of volumes_from is followed, how many mounts one container inherits, among how many services a
// name is looked for, and how many mounts first_to_mount() looks at.
inline constexpr std::size_t max_volumes_from_depth = 4;
inline constexpr std::size_t max_inherited_mounts = 100;
inline constexpr std::size_t max_services_searched = 2'000;
inline constexpr std::size_t max_mounts_compared = 1'000;

// A host path that a container gets.
struct HostMount {
  const Mount* mount = nullptr;
  std::string_view written;  // the path as the user wrote it; the mount owns it
  std::string path;          // the same, normalised
  bool read_only = false;
  // A variable is in the source: only what `path` shows literally may be judged.
  bool unresolved = false;
  Location at;
  // The service whose mount volumes_from copies; null for a mount of its own.
  const ContainerSpec* from = nullptr;
};

enum class HostArea { ordinary, engine_socket, device, kernel, sensitive };

struct HostExposure {
  HostArea area = HostArea::ordinary;
  Severity severity = Severity::info;
  // What is given away, to follow "mounts /etc of the host: ".
  std::string_view why = {};
};

HostExposure judge(const HostMount& mount);

// A device by its host path ("/dev/sda"), however it is mapped; `ordinary` for /dev/null and the
// like.
HostExposure judge_device(std::string_view normal_path);

// The host's path behind a mount of the container itself; an empty path when there is none.
HostMount host_mount(const Mount& mount);

// `service "web" mounts /etc of the host read-only`, with where volumes_from has it from.
std::string describe(const ContainerSpec& spec, const HostMount& mount);

// The service of the same project that `volumes_from`, `pid: service:NAME` and so on mean; null
// when it is not at hand. `reference` is "web", "web:ro", "service:web" or "container:web".
const ContainerSpec* referred_service(const ContainerSpec& spec, std::string_view reference);

namespace detail {

template <class Visit>
void for_each_inherited(const ContainerSpec& spec, const ContainerSpec& other, Location at,
                        bool read_only, std::size_t depth, std::size_t& budget, Visit& visit) {
  for (const Mount& mount : other.mounts) {
    if (budget == 0) return;
    --budget;
    HostMount found = host_mount(mount);
    if (found.path.empty()) continue;
    found.at = at;
    found.from = &other;
    found.read_only = found.read_only || read_only;
    visit(found);
  }
  if (depth == 0) return;
  for (const Located<std::string>& entry : other.volumes_from) {
    if (budget == 0) return;
    --budget;  // references cost as mounts do: they may fan out without holding a single mount
    const ContainerSpec* next = entry.unresolved ? nullptr : referred_service(other, entry.value);
    if (next == nullptr || next == &spec || next == &other) continue;
    for_each_inherited(spec, *next, at, read_only || entry.value.ends_with(":ro"), depth - 1,
                       budget, visit);
  }
}

}  // namespace detail

// Every host path that the container gets, its own mounts first, then those of volumes_from.
template <class Visit>
void for_each_host_mount(const ContainerSpec& spec, Visit visit) {
  for (const Mount& mount : spec.mounts) {
    const HostMount found = host_mount(mount);
    if (!found.path.empty()) visit(found);
  }
  std::size_t budget = max_inherited_mounts;
  for (const Located<std::string>& entry : spec.volumes_from) {
    const ContainerSpec* other = entry.unresolved ? nullptr : referred_service(spec, entry.value);
    if (other == nullptr || other == &spec) continue;
    detail::for_each_inherited(spec, *other, entry.at, entry.value.ends_with(":ro"),
                               max_volumes_from_depth, budget, visit);
  }
}

// A fault of a volume is told once: whether no service of the project before this one mounts the
// same volume. Looks at no more than max_mounts_compared mounts, and then says yes.
bool first_to_mount(const ContainerSpec& spec, const Mount& mount);

// The value of a `name=value` among driver or mount options, the last one that is given.
std::string_view option_value(const std::vector<std::string>& options, std::string_view name);

// A local volume's mount options: the `o=` driver option, in its parts.
bool has_mount_option(std::string_view options, std::string_view wanted);

}  // namespace plimsoll::rules
