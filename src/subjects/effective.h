// What a container runs with when its image is built from a Dockerfile at hand: the container's own
// settings win, then what the build's stage says, then what is not known of its base image.
#pragma once

#include <cstddef>

#include "subjects/container_spec.h"
#include "subjects/dockerfile.h"

namespace plimsoll {

// Fills what the spec does not say itself: user, healthcheck, command, entrypoint, working_dir,
// stop_signal; adds the VOLUMEs as anonymous mounts, EXPOSE, LABEL and ENV. As the engine does, a
// spec with its own entrypoint ignores the image's CMD. `stage` is the stage that the image is
// built from.
void apply_dockerfile(ContainerSpec& spec, const Dockerfile& dockerfile, std::size_t stage);

// Marks what only the image can say as unresolved: user, command, entrypoint and working_dir that
// neither the spec nor a Dockerfile decides.
void apply_unknown_image(ContainerSpec& spec);

// Takes the image's name apart, once `image` is final.
void resolve_image(ContainerSpec& spec);

}  // namespace plimsoll
