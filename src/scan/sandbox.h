// Gives up what a process needs no more once its inputs are open: an image is somebody else's
// bytes, and a fault in a reader must not become their program.
//
// Three walls, each of which stands without the others. Capabilities: root keeps none but those
// that reading needs. Landlock, where the kernel has it (5.13): files are opened for reading below
// the given directories alone, and written below others alone. seccomp: system calls that readers
// do not make fail, among them all that make a connection, start a program or another process, or
// look into one. Source: Linux kernel documentation, userspace-api/landlock and
// userspace-api/seccomp_filter; landlock(7); seccomp(2).
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::scan {

struct Rights {
  // Directories below which files may be read. Missing ones are left out.
  std::vector<std::string> readable;
  // Directories below which files may be read, made, replaced and removed.
  std::vector<std::string> writable;
  // To read files of any owner: of directories with an image's files.
  bool reads_any_file = false;
  // To read how overlayfs marks a directory as opaque, which the kernel shows to administrators.
  bool reads_overlay_marks = false;
  // To write into directories of any owner.
  bool writes_any_directory = false;
};

// For this process and all threads that it starts from now on; no other thread may run yet. What
// was opened before stays open. An error when the kernel refuses: then less was given up. That a
// kernel has no Landlock is none.
Result<void> give_up_all_but(const Rights& rights);

}  // namespace plimsoll::scan
