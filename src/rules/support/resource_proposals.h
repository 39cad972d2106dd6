// Numbers for limits that nobody has set. A limit has to be measured, and a fix cannot measure:
// what it writes is a proposal that lets most programs run, and says so beside it. For well-known
// images that would not run with it known_images.h has what their makers say they need.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rules/support/known_images.h"
#include "subjects/container_spec.h"

namespace plimsoll::rules {

ResourceProposal resource_proposal(const ContainerSpec& spec);

// Bytes as people write them: "512m", "2g"; "b" behind what is no whole number of kibibytes.
std::string memory_text(std::int64_t bytes);

// A reservation that goes with a limit; "" where the limit is too small to have one.
std::string reservation_for(std::int64_t limit);

// What to do where a limit was asked for and the kernel has none.
inline constexpr std::string_view limit_not_in_force =
    "look for a docker update that lifted it, and whether the engine may set limits: a rootless "
    "one "
    "must be given its control groups";

}  // namespace plimsoll::rules
