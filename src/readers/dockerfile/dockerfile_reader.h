// Reads Dockerfiles as BuildKit does: what its parser accepts is accepted, what it refuses is
// refused.
//
// Two kinds of refusal, as in BuildKit. The parser's own (an unterminated heredoc, an empty file,
// bytes that are no UTF-8) is an Error: there is no Dockerfile. The instruction layer's (an unknown
// instruction or flag, a missing argument) is a Problem of that instruction: the rest is still read
// and judged.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "subjects/dockerfile.h"

namespace plimsoll {

// Bounds on hostile input.
inline constexpr std::size_t max_dockerfile_line = 64 * 1024;  // BuildKit's own, in bytes
inline constexpr std::size_t max_dockerfile_instructions = 100'000;
inline constexpr std::size_t max_heredocs_of_an_instruction = 1'000;
inline constexpr std::size_t max_ignore_patterns = 10'000;
inline constexpr std::size_t max_context_entries = 10'000;

struct DockerfileOptions {
  // The build context's directory; with `files`, its .dockerignore and its root's entries are read.
  // Empty means that the context is not known.
  std::string context;
  const Files* files = nullptr;
  // Where the text of the .dockerignore is kept; without it its patterns have no place.
  Sources* sources = nullptr;
  // `--build-arg`s and compose's build.args: "NAME=value" (of a bare "NAME" the value is not
  // known).
  std::vector<std::string> build_arguments;
};

// `source` must outlive the Dockerfile, which points into it.
Result<Dockerfile> read_dockerfile(const Source& source, const DockerfileOptions& options = {});

}  // namespace plimsoll
