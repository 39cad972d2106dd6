// Where programs write besides their data, so that their root file system can be read-only. What
// well-known images need is a fact of each; an image that is not known gets /tmp, which most
// programs need and which is seldom all.
#pragma once

#include <string_view>

#include "findings/finding.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

// Makes the root file system read-only and gives the scratch space that the image is known to need;
// an empty fix where a person must look.
Fix read_only_fix(const ContainerSpec& spec);

// The size that is proposed for a tmpfs without one, as its mount option.
inline constexpr std::string_view tmpfs_size = "size=64m";

}  // namespace plimsoll::rules
