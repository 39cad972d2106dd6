// The systemd unit that a process was started by: its file, its drop-ins, and the files that give
// it its environment, for saying where a flag of dockerd is written.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/live.h"
#include "base/files.h"

namespace plimsoll::audit {

// Empty for a process that no unit started. What cannot be read is left out: nothing is concluded
// from its absence.
std::vector<app::NamedText> unit_files(std::int64_t process, const Files& files);

}  // namespace plimsoll::audit
