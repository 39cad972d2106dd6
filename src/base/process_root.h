// Files as another process names them: it can have mounts of its own, as a dockerd in a namespace.
#pragma once

#include <cstdint>
#include <string>

#include "base/files.h"
#include "base/text.h"

namespace plimsoll {

// The root directory of a process, as this one names it: "/proc/812/root".
inline std::string root_of_process(std::int64_t process) {
  return concat("/proc/", std::to_string(process), "/root");
}

// An absolute path below that root; where nothing is seen there, the path itself.
inline std::string as_seen_from(const std::string& root, const std::string& path,
                                const Files& files) {
  std::string below = concat(root, path);
  return files.kind(below) == FileKind::missing ? path : below;
}

}  // namespace plimsoll
