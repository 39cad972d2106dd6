// Finds every `docker run|create` and `podman run|create` (also `docker container run`, `nerdctl`,
// `sudo docker …`) in shell scripts, Markdown fences, Makefiles and on stdin, and reads each into a
// ContainerSpec, with all the flags of Docker 28 in every spelling, and the obsolete ones of old
// guides.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "subjects/container_spec.h"

namespace plimsoll {

enum class RunText : std::uint8_t { shell, markdown, makefile };

// An error (an unknown flag, a flag without its value, an unterminated quote) names its place; the
// other lines are still read. `source` must outlive the specs.
Reading<std::vector<std::unique_ptr<ContainerSpec>>> read_run_lines(const Source& source,
                                                                    RunText kind);

// One line that is given as arguments already: `plimsoll run -- docker run …`. `source` holds the
// arguments joined by blanks, quoted where needed; `words` are the arguments themselves.
Result<std::unique_ptr<ContainerSpec>> read_run_arguments(const Source& source,
                                                          const std::vector<std::string>& words);

}  // namespace plimsoll
