// ComposeProject: a compose model after everything that decides it has been applied: interpolation,
// merge keys, extends, include, override files, profiles. Its services are ContainerSpecs.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subjects/container_spec.h"
#include "subjects/dockerfile.h"

namespace plimsoll {

// A top-level entry of `networks:`, `volumes:`, `secrets:` or `configs:`.
struct ComposeResource {
  std::string name;
  bool external = false;
  bool internal = false;  // networks
  std::string driver;
  std::vector<std::string> driver_options;  // "type=none", "o=bind", "device=/srv"
  std::string file;                         // secrets and configs
  bool from_environment = false;            // secrets and configs: `environment:`
  bool has_content = false;                 // configs: inline `content:`
  std::vector<Label> labels;
  Location at;
};

// What compose says about building a service's image.
struct ComposeBuild {
  std::string service;
  std::string context;     // as written; may be a URL
  std::string dockerfile;  // as written, "" for the default
  Located<std::string> dockerfile_inline;
  Located<std::string> target;
  std::vector<Located<std::string>> args;  // "NAME=value" or "NAME"
  std::vector<Located<std::string>> cache_from;
  Located<bool> no_cache;
  Located<bool> pull;
  Location at;
};

// A setting that is written in the file and that `docker stack deploy` drops. Filled by the reader
// for every service key that the stack schema does not honour.
struct StackIgnored {
  std::string service;
  std::string key;  // "privileged", "security_opt", …
  Location at;
};

namespace compose {
struct FileTrees;
}

struct ComposeProject {
  ComposeProject() = default;
  // Its services point back to it.
  ComposeProject(ComposeProject&& other) noexcept { *this = std::move(other); }
  ComposeProject& operator=(ComposeProject&& other) noexcept;

  std::string name;
  std::string directory;  // the project directory: where relative paths start
  std::vector<const Source*>
      sources;  // the files it was read from, in order, includes and bases too
  // Unique pointers: rules keep references to services while the project is moved about.
  std::vector<std::unique_ptr<ContainerSpec>> services;
  std::vector<ComposeBuild> builds;
  std::vector<ComposeResource> networks;
  std::vector<ComposeResource> volumes;
  std::vector<ComposeResource> secrets;
  std::vector<ComposeResource> configs;
  std::vector<StackIgnored> stack_ignored;
  // True when the file is written for a swarm: a service has a `deploy` key that only a swarm reads
  // (mode, replicas with placement, update_config, …) or a network is an overlay.
  bool for_swarm = false;
  Location for_swarm_at;
  // The top-level `version:` where it is written.
  Located<std::string> version;
  // Dockerfiles that `dockerfile_inline` holds or that builds name; owned here.
  std::vector<std::unique_ptr<Dockerfile>> dockerfiles;
  // The files as YAML (readers/compose/yaml_tree.h), for the editor that changes them.
  std::shared_ptr<const compose::FileTrees> trees;

  const ContainerSpec* service(std::string_view name) const;
  const ComposeResource* network(std::string_view name) const;
  const ComposeResource* volume(std::string_view name) const;
};

}  // namespace plimsoll
