// What a .NET application brings along: APPLICATION.deps.json beside it has in "libraries", by
// "NAME/VERSION", what it was built from; what has the type "package" came from NuGet, "project" is
// the application itself. The shared runtimes have such a file, too, and are a package in it.
// Source: dotnet/sdk, documentation/specs/runtime-configuration-file.md.
#pragma once

#include "image/file_reader.h"

namespace plimsoll::image {

extern const FileReader dotnet_dependencies;

}  // namespace plimsoll::image
