// The interfaces through which a machine reaches the outside, from /proc/net/route and
// /proc/net/ipv6_route.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"

namespace plimsoll::host {

// Those of default routes, in the order of the files; without any, those of all routes that lead
// neither to the machine itself nor to containers. Nothing when neither file can be read.
std::optional<std::vector<std::string>> read_outside_interfaces(const Files& files);

}  // namespace plimsoll::host
