// Finds the dockerd that answers at an endpoint, and how it was started.
//
// Its arguments are what it runs with: they hold what its unit, the unit's drop-ins and their
// environment files came to. Its daemon.json is the one that its arguments name, or the one at the
// usual place of the user that it runs as.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"

namespace plimsoll::audit {

struct DaemonProcess {
  std::int64_t id = 0;
  std::vector<std::string> arguments;  // without its own name
};

// `listening`: the process that made the engine's socket, where that is known. It is dockerd
// itself, or systemd, which listens for it; then it is the one dockerd that was given its socket
// by systemd, and nothing when there are several such.
std::optional<DaemonProcess> find_dockerd(std::optional<std::int64_t> listening,
                                          const Files& files);

// Where its daemon.json is. Empty when that cannot be known: its environment is another user's.
std::string daemon_json_path(const DaemonProcess& daemon, const Files& files);

}  // namespace plimsoll::audit
