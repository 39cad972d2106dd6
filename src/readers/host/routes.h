// The interfaces through which a machine reaches the outside, from /proc/net/route and
// /proc/net/ipv6_route, and those that speak IPv6, from /proc/net/if_inet6.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"

namespace plimsoll::host {

// Those of default routes, in the order of the files; without any, those of all routes that lead
// neither to the machine itself nor to containers. Nothing when neither file can be read.
std::optional<std::vector<std::string>> read_outside_interfaces(const Files& files);

// Those that have an IPv6 address which counts beyond their own segment, in the order of the file.
// None where the kernel has no IPv6; nothing where that cannot be read.
std::optional<std::vector<std::string>> read_ipv6_interfaces(const Files& files);

}  // namespace plimsoll::host
