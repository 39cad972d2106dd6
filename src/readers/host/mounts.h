// mountinfo, as proc(5) has it:
//   36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
#pragma once

#include <vector>

#include "subjects/running_process.h"

namespace plimsoll::host {

// Lines that are none are left out: the kernel writes no such ones.
std::vector<MountPoint> read_mounts(const Source& mountinfo);

}  // namespace plimsoll::host
