// Reads what is known of the build context: the .dockerignore in force, and what lies at its root.
#pragma once

#include "readers/dockerfile/dockerfile_reader.h"

namespace plimsoll::dockerfile {

// Fills ignore, context and context_entries from the options.
void read_context(const DockerfileOptions& options, Dockerfile& dockerfile);

// The patterns of an ignore file's text; `source` is null when it is not kept.
DockerIgnore read_ignore_file(std::string_view text, const Source* source);

}  // namespace plimsoll::dockerfile
