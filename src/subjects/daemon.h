// The Docker engine as a subject: how dockerd was told to behave, and what it says of itself.
//
// dockerd takes each setting from one of two places, its flags and daemon.json, and refuses to
// start when both name the same one. So a setting has one text that decided it, or the engine's
// default. Names are those of daemon.json; a flag is the same word, in the singular for lists.
//
// Facts: moby daemon/config/config.go, config_linux.go, daemon/command/config.go (b985e2313a86).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "subjects/located.h"

namespace plimsoll {

struct Host;

// What a running engine answers to GET /info and /version. Places are in the engine's answer.
struct EngineInfo {
  using Texts = std::vector<Located<std::string>>;

  Location at;                          // the answer as a whole
  Located<std::string> version;         // "20.10.24+dfsg1"
  Located<std::string> api_version;     // "1.41"
  Located<std::string> kernel_version;  // "6.1.0-18-amd64"
  Located<std::string> containerd_version;
  Located<std::string> runc_version;
  Located<std::string> storage_driver;
  Located<std::string> logging_driver;
  Located<std::string> cgroup_driver;   // "none": a rootless engine that cannot limit anything
  Located<std::string> cgroup_version;  // "1", "2"
  Located<std::string> data_root;
  Texts security_options;  // "name=seccomp,profile=default"
  Texts warnings;
  Texts authorization_plugins;
  Texts registry_mirrors;
  Texts insecure_registries;  // registries and networks, those of the loopback left out
  Located<bool> live_restore;
  Located<bool> experimental;
  Located<std::int64_t> images;
  Located<std::int64_t> containers;
  Located<std::int64_t> stopped_containers;
  Located<std::string> swarm_state;  // "active", "inactive", …

  // The security option of this name, or null: "rootless", "userns", "selinux", "seccomp".
  const Located<std::string>* security_option(std::string_view name) const;
};

struct Daemon {
  using Texts = std::vector<Located<std::string>>;
  // In the order of the text: "nofile" -> "1024:2048" (soft and hard), "max-size" -> "10m".
  using Entries = std::vector<std::pair<std::string, Located<std::string>>>;

  // Where what is absent is placed: daemon.json, else the command line, else the engine's answer.
  Location at;
  // What was seen. A default counts only when all was seen that could say otherwise.
  bool file_seen = false;   // daemon.json was read, or is known not to exist
  bool flags_seen = false;  // the command line of a running dockerd
  std::optional<EngineInfo> engine;
  const Host* host = nullptr;  // where it runs; null when only a file is at hand

  Texts authorization_plugins;
  Located<std::string> bridge;  // "none": there is no default bridge
  Located<std::string> cgroup_parent;
  Located<std::string> data_root{"/var/lib/docker"};
  Located<bool> debug;
  Located<std::string> default_cgroupns_mode;
  Entries default_ulimits;
  Texts exec_opts;
  Located<bool> experimental;
  Located<std::string> group{"docker"};
  Texts hosts;
  Located<bool> icc{true};
  Texts insecure_registries;
  Located<std::string> ip{"0.0.0.0"};
  Located<bool> ip6tables{true};
  Located<bool> iptables{true};
  Located<bool> live_restore;
  Located<std::string> log_driver{"json-file"};
  Located<std::string> log_level{"info"};
  Entries log_opts;
  Located<bool> no_new_privileges;
  Texts registry_mirrors;
  Located<bool> rootless;
  Located<std::string> seccomp_profile;
  Located<bool> selinux_enabled;
  Located<std::string> storage_driver;
  Texts storage_opts;
  Located<bool> tls;
  Located<std::string> tlscacert;
  Located<std::string> tlscert;
  Located<std::string> tlskey;
  Located<bool> tlsverify;
  Located<bool> userland_proxy{true};
  Located<std::string> userns_remap;

  bool is_rootless() const {
    return rootless.value || (engine && engine->security_option("rootless") != nullptr);
  }
};

}  // namespace plimsoll
