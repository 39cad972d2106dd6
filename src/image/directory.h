// A layer that lies unpacked: a root file system, or a directory of overlayfs, in which a device
// 0/0 deletes what is below and an attribute makes a directory opaque (kernel documentation,
// filesystems/overlayfs, "whiteouts and opaque directories").
#pragma once

#include <string>

#include "base/descriptor.h"
#include "image/layer.h"

namespace plimsoll::image {

// A directory that was opened and not looked into.
struct OpenedDirectory {
  std::string path;
  Descriptor file;
  int error = 0;  // errno, when it could not be opened
};

OpenedDirectory open_directory(const std::string& path);

// Nothing in it is followed or left: symlinks are links, other file systems mounted in it are left
// out with an error, as are files that cannot be read, or the whole that could not be opened. There
// are no digests of it.
Layer read_directory(const OpenedDirectory& directory, SearchSecrets secrets = SearchSecrets::no);

}  // namespace plimsoll::image
