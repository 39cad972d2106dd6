// What several rules ask of a container before they judge it.
#pragma once

#include <cstddef>
#include <string_view>

#include "subjects/compose_project.h"
#include "subjects/container_spec.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules {

// Bound on hostile projects: a check that asks of each service about the others looks at no more
// than this many.
inline constexpr std::size_t max_neighbours = 256;

// Whether there is a container at all: a compose service with a `provider` is a program of the
// host.
inline bool runs_container(const ContainerSpec& spec) {
  return spec.provider.value.empty();
}

// A container of Linux, as far as the image's name tells: Windows has no capabilities, no read-only
// root, no tmpfs, no root user.
bool runs_linux_container(const ContainerSpec& spec);

// The image that the container runs, when it is known: resolved, valid, and pulled from somewhere.
// Not so when this project builds it, under this service or another one, and when it is never
// pulled (`pull_policy: never`, podman's `localhost/name`): then its name says nothing about what
// is in it. Null otherwise.
const ImageReference* pulled_image(const ContainerSpec& spec);

// The same, and for an image that a Dockerfile at hand builds the one that its last stage starts
// from: what is known of that holds for most of what is built on it.
const ImageReference* image_or_base(const ContainerSpec& spec);

// The service of the same project that builds the image this one runs under its name, with its
// Dockerfile at hand; null when there is none.
const ContainerSpec* builder_of(const ContainerSpec& spec);

// A container that does one thing and ends: `--rm`, or a restart policy that says "no" aloud. The
// engine prints "no" for every container without a policy, too, so of one that runs it says
// nothing.
inline bool runs_once(const ContainerSpec& spec) {
  if (spec.auto_remove.value) return true;
  if (spec.process_id > 0) return false;
  return spec.restart.written() && !spec.restart.unresolved && spec.restart.value == "no";
}

// The container has an address of its own: it shares neither the host's nor another container's
// network.
inline bool has_own_network(const ContainerSpec& spec) {
  const std::string& mode = spec.network_mode.value;
  return !spec.network_mode.unresolved && mode != "host" && mode != "none" &&
         !mode.starts_with("container:") && !mode.starts_with("service:");
}

// A service of a stack: `docker stack deploy` takes its limits from `deploy` and drops what a swarm
// has nothing like.
inline bool in_swarm(const ContainerSpec& spec) {
  return spec.project != nullptr && spec.project->for_swarm;
}

// A network that both services of a project are on; "" when there is none.
std::string_view shared_network(const ContainerSpec& a, const ContainerSpec& b);

}  // namespace plimsoll::rules
