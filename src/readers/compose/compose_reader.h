// Reads compose projects by the compose specification; the model is resolved before any rule looks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "base/result.h"
#include "subjects/compose_project.h"

namespace plimsoll {

// Bounds on hostile input.
inline constexpr std::size_t max_yaml_depth = 128;
inline constexpr std::size_t max_yaml_nodes = 500'000;  // of one file, aliases expanded
inline constexpr std::size_t max_compose_files = 200;   // includes, extends and overrides together
inline constexpr std::size_t max_extends_chain = 50;

struct ComposeOptions {
  // For interpolation, after the project's `.env`; the caller's own environment is not used, so
  // that the same files always give the same findings.
  std::map<std::string, std::string, std::less<>> environment;
  // Profiles that are active; `check` judges every service, whatever its profile, and leaves this
  // empty.
  std::vector<std::string> profiles;
  // Also report what compose refuses only in a whole project: a service without an image, an
  // undefined network or volume, limits that contradict each other. A lone override file would trip
  // over it.
  bool whole_project = false;
};

// Reads the files of one project: the first, then its overrides in order. Every source that it
// reads is added to `sources`, which must outlive the project, as must `files`. An error in one
// service, include or base leaves the others readable; warnings (an unset variable) are errors of
// Reading only where the specification makes them so.
Reading<ComposeProject> read_compose(const std::vector<std::string>& paths, Sources& sources,
                                     const Files& files, const ComposeOptions& options = {});

// Whether a YAML text is a compose file: a top-level `services` mapping (or `include`), and none of
// the marks of another kind of file (`apiVersion` with `kind`, GitHub and GitLab workflows, …).
bool looks_like_compose(std::string_view text);

}  // namespace plimsoll
