// Policy: what this site allows. Rules ask it instead of guessing; what it leaves undeclared
// (nullopt) is not judged. Until a configuration file is read, the default policy is in force.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace plimsoll {

struct LabelRequirement {
  std::string name;
  // "text", "url", "semver", "rfc3339", "spdx", "email", "hash".
  std::string type = "text";
};

struct Policy {
  // Registries that images may come from: "docker.io", "ghcr.io/acme"; a prefix of whole path
  // parts.
  std::optional<std::vector<std::string>> trusted_registries;
  // Host directories that may be bind mounted, with all below them.
  std::optional<std::vector<std::string>> bind_roots;
  std::vector<std::string> declared_devices;           // "/dev/ttyUSB0"
  std::vector<std::string> declared_privileged_ports;  // "80", "443"
  std::vector<std::string> declared_joins;             // names whose namespaces may be joined
  std::vector<LabelRequirement> required_labels;
  // Who may be in the group that owns the engine's socket; nobody is declared by default.
  std::vector<std::string> docker_group_members;
  // The label whose value names a container's trust group; containers of different groups do not
  // share a host.
  std::optional<std::string> trust_group_label;
  // What a container host may listen for beside the engine's published ports: "22/tcp".
  std::optional<std::vector<std::string>> declared_listeners;
  std::optional<int> audit_period_days;  // how often host and containers must be audited
  int max_image_age_days = 180;          // since the image was built
  // The day that ages are judged by, an ISO date ("2026-11-22"); empty: nothing is judged by its
  // age. The app sets it, so that a rule stays a pure function.
  std::string today;
};

}  // namespace plimsoll
