// What npm, yarn and pnpm installed: each package lies in a node_modules directory of its own,
// node_modules/NAME or node_modules/@SCOPE/NAME, and its package.json says what it is. The
// package.json of an application lies elsewhere and says what is wanted of others; it is not read,
// nor are lock files. What has no name or no version is no package of a registry: a stub that sets
// the type of modules, or a part of a workspace.
// Source: npm's documentation, "folders" and "package.json".
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader npm_package;

}  // namespace plimsoll::image
