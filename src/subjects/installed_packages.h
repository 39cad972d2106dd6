// What the package manager of a machine has installed; of a host as an audit sees it, not of an
// image.
#pragma once

#include <optional>
#include <vector>

#include "subjects/image.h"
#include "subjects/package.h"

namespace plimsoll {

struct InstalledPackages {
  std::optional<OsRelease> os;
  std::vector<Package> packages;  // those that were asked for
};

}  // namespace plimsoll
