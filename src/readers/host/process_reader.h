// Reads what the kernel says of a container's main process, from /proc/PID and its control group.
#pragma once

#include <cstdint>

#include "base/files.h"
#include "subjects/running_process.h"

namespace plimsoll {

// What cannot be read is left unwritten: a process can end at any moment. The texts are added to
// `sources`.
RunningProcess read_process(std::int64_t id, const Files& files, Sources& sources);

}  // namespace plimsoll
