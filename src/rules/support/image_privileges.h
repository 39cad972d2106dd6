// What well-known images need of root's power, from their entrypoints and manuals: the capabilities
// with which they start as root, the user that they can be started as instead, and the powerful
// capabilities that they are made for. A fix uses it to write no more and no less than an image
// needs.
//
// Every row names the file or manual that it was taken from. An image that is not in the table may
// need anything.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/change.h"
#include "subjects/container_spec.h"
#include "subjects/image_reference.h"

namespace plimsoll::rules {

struct ImagePrivileges {
  std::string_view name;      // as people write it, as in known_images.h
  std::string_view tag = {};  // the row is for tags that hold this text; "": for all others
  // Capabilities of a start as root, in alphabetical order, separated by blanks; "": none.
  std::string_view capabilities = {};
  // What its program has as file capabilities (setcap): without those in the container's set it
  // does not start at all, whoever starts it.
  std::string_view of_its_program = {};
  // Started as its account (account_of) from the first process on, the image works: that account
  // owns these directories, and new volumes there get its ownership. Empty: it does not start so.
  std::array<std::string_view, 4> owned = {};
  std::string_view source = {};
};

// The row of an image, or null.
const ImagePrivileges* image_privileges(const ImageReference& reference);

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
