// Finds what there is to check: every Dockerfile, compose file, `docker run` line, engine JSON and
// daemon.json under the paths that the user names, by name and, where the name says too little, by
// content.
//
// What is left out of a walk: what .gitignore files say, `.git`, `.hg`, `.svn` and `node_modules`,
// directories behind symlinks, and symlinks to files outside the tree. A path that the user names
// is always checked.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace plimsoll::app {

enum class InputKind : std::uint8_t {
  dockerfile,
  compose,
  shell_script,
  markdown,
  makefile,
  container_json,  // inspect output or a create request
  daemon_json,     // the engine's configuration
};

// One thing to check. A compose project can be several files: the first and its overrides.
struct Input {
  InputKind kind = InputKind::dockerfile;
  std::vector<std::string> paths;
};

struct Discovery {
  std::vector<Input> inputs;  // sorted by their first path
  std::vector<Error> errors;  // what could not be looked at; the rest is there
};

// Bounds on hostile trees.
inline constexpr std::size_t max_directory_depth = 200;
inline constexpr std::size_t max_discovered_files = 5'000'000;

// What a file's name says it is; nothing when its content must be asked.
std::optional<InputKind> kind_by_name(std::string_view path);
// What a text is, by its content; `path` helps (".yaml"). Nothing when it is none of ours.
std::optional<InputKind> kind_by_content(std::string_view path, std::string_view text);

// For an override that says too little to stand alone (compose.prod.yaml whose services have no
// image): its base in the same directory and itself; empty when there is no base.
std::vector<std::string> base_of_override(const std::string& path, const Files& files);

// Looks at `paths` (files and directories). A path that does not exist is no Discovery error: the
// caller asks for it beforehand, since it is a usage error.
Discovery discover(const std::vector<std::string>& paths, const Files& files);

}  // namespace plimsoll::app
