// What well-known images need of root's power, from their entrypoints and manuals: the capabilities
// with which they start as root, the user that they can be started as instead, and the powerful
// capabilities that they are made for. A fix uses it to write no more and no less than an image
// needs.
//
// The facts are in known_images.h. An image that has none there may need anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/change.h"
#include "subjects/container_spec.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules {

// The ids that the container can be started as, where its image is known to start so and nothing in
// the spec speaks against it: "999:999". "" otherwise.
std::string_view startable_ids(const ContainerSpec& spec);

// What makes the container run with no more capabilities than it needs: cap_drop ALL, and for an
// image that is known the user that it can be started as, or else what its start as root needs.
std::vector<Change> least_capabilities(const ContainerSpec& spec);

// Whether the image runs a container engine: no such thing starts unprivileged.
bool runs_engine(const ContainerSpec& spec);

// Whether the image is made to have a powerful capability, or a device ("/dev/kmsg").
bool is_made_for(const ContainerSpec& spec, std::string_view capability);

}  // namespace plimsoll::rules
