// Which sockets wait for somebody, by /proc/net/{tcp,tcp6,udp,udp6}, and whose they are.
#pragma once

#include "base/files.h"
#include "base/source.h"
#include "subjects/host.h"

namespace plimsoll::host {

// How many descriptors of processes are looked at to find the owners of sockets.
inline constexpr std::size_t max_descriptors = 100'000;

void read_listeners(Host& host, const Files& files, Sources& sources);

}  // namespace plimsoll::host
