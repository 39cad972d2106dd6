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
#include "subjects/package.h"
#include "subjects/vulnerability.h"

namespace plimsoll {

struct Host;

using LocatedTexts = std::vector<Located<std::string>>;

// What a node of a swarm says of it. The settings of the whole swarm are known to its managers
// alone.
struct SwarmInfo {
  Located<std::string> state;  // "active", "inactive", "locked", …
  Located<bool> is_manager;
  Located<std::int64_t> nodes;
  Located<std::int64_t> managers;
  Located<bool> locks_managers;                // their keys are locked at a restart (autolock)
  Located<std::int64_t> certificate_lifetime;  // of a node's certificate, in nanoseconds
  // What the engine keeps beside its data (swarm/docker-state.json).
  Located<std::string> listen_address;     // "0.0.0.0:2377"
  Located<std::string> data_path_address;  // "": that of the management
};

// GET /images/json, seen together with the containers.
struct ImageCounts {
  Location at;
  std::size_t all = 0;
  std::size_t unused = 0;    // no container, running or stopped, was made from it
  std::size_t dangling = 0;  // it has neither a tag nor a digest by which it could be asked for
};

// GET /containers/json?all=1.
struct ContainerCounts {
  std::size_t on_default_bridge = 0;  // of those that run
  std::size_t of_swarm = 0;           // tasks of services
};

struct OverlayNetwork {
  Located<std::string> name;
  bool encrypted = false;
  bool ingress = false;  // the one that carries published ports of services
};

// GET /networks.
struct EngineNetworks {
  bool has_default_bridge = false;
  Located<bool> icc;        // of the default bridge
  Located<std::string> ip;  // where it publishes ports that name no address
  std::vector<OverlayNetwork> overlays;
};

// What an engine consists of; each has a version of its own.
enum class EngineProgram : std::uint8_t { engine, containerd, runc };

// As what a program of the engine is looked up: the package of its distribution, or the Go module
// that it was built from.
struct EnginePackage {
  EngineProgram program = EngineProgram::engine;
  Package package;
};

// What a database of advisories knows of the engine's programs. Those that stand in no package are
// not judged by it.
struct EngineVulnerabilities {
  std::vector<EnginePackage> packages;  // those that Vulnerability::packages counts
  VulnerabilityMatch match;

  bool judges(EngineProgram program) const;
};

// What a running engine answers. Places are in its answers.
struct EngineInfo {
  Location at;             // the answer to GET /info as a whole, else that to GET /version
  bool info_seen = false;  // GET /info was answered
  // Podman answers here, which speaks the same API and has no dockerd.
  bool is_podman = false;
  Located<std::string> version;         // "20.10.24+dfsg1"
  Located<std::string> platform;        // whose build it is: "Docker Engine - Community", ""
  Located<std::string> api_version;     // "1.41"
  Located<std::string> kernel_version;  // "6.1.0-18-amd64"
  Located<std::string> containerd_version;
  Located<std::string> runc_version;
  Located<std::string> storage_driver;
  Located<std::string> backing_filesystem;  // of its data: "extfs", "xfs"
  Located<std::string> logging_driver;
  Located<std::string> cgroup_driver;   // "none": a rootless engine that cannot limit anything
  Located<std::string> cgroup_version;  // "1", "2"
  Located<std::string> data_root;
  LocatedTexts security_options;  // "name=seccomp,profile=default"
  LocatedTexts warnings;
  LocatedTexts authorization_plugins;
  LocatedTexts registry_mirrors;
  LocatedTexts insecure_registries;  // registries and networks, those of the loopback left out
  Located<bool> live_restore;
  Located<bool> experimental;
  Located<std::int64_t> images;
  Located<std::int64_t> containers;
  Located<std::int64_t> stopped_containers;
  SwarmInfo swarm;
  // Nothing: the engine was not asked, or did not answer.
  std::optional<ImageCounts> image_counts;
  std::optional<ContainerCounts> container_counts;
  std::optional<EngineNetworks> networks;

  // As Docker's own packages and programs call themselves: "Docker Engine - Community", "Docker
  // Desktop 4.40.0 (1)". What a distribution builds says nothing there.
  bool is_built_by_docker() const { return platform.value.starts_with("Docker "); }
  // The security option of this name, or null: "rootless", "userns", "selinux", "seccomp".
  const Located<std::string>* security_option(std::string_view name) const;
};

// A file that one of dockerd's settings of TLS names, as its machine has it.
enum class TlsFile : std::uint8_t {
  not_seen,  // it was not looked for, or this user may not read it
  missing,
  unusable,  // dockerd can read no certificate, or no key, in it
  usable,
};

struct Daemon {
  // In the order of the text: "nofile" -> "1024:2048" (soft and hard), "max-size" -> "10m".
  using Entries = std::vector<std::pair<std::string, Located<std::string>>>;

  // Where what is absent is placed: daemon.json, else the command line, else the engine's answer.
  Location at;
  std::string daemon_json_path;  // of the daemon.json that it reads; "" where that is not known
  // What was seen. Of a running engine a default counts only when both were.
  bool file_seen = false;   // daemon.json: also one that sets nothing, or is known to be absent
  bool flags_seen = false;  // the command line of a running dockerd
  std::optional<EngineInfo> engine;
  // Nothing: there was no database to ask, and a small table has to do.
  std::optional<EngineVulnerabilities> vulnerabilities;
  const Host* host = nullptr;  // where it runs; null when only a file is at hand
  // Whether the kernel that it runs on has SELinux; nothing: not seen.
  std::optional<bool> host_has_selinux;

  LocatedTexts authorization_plugins;
  Located<std::string> bridge;  // "none": there is no default bridge
  Located<std::string> cgroup_parent;
  Located<std::string> data_root{"/var/lib/docker"};
  Located<bool> debug;
  Located<std::string> default_cgroupns_mode;
  Entries default_ulimits;
  LocatedTexts exec_opts;
  Located<bool> experimental;
  Located<std::string> group{"docker"};
  LocatedTexts hosts;
  Located<bool> icc{true};
  LocatedTexts insecure_registries;
  Located<std::string> ip{"0.0.0.0"};
  Located<bool> ip6tables{true};
  Located<bool> iptables{true};
  Located<bool> live_restore;
  Located<std::string> log_driver{"json-file"};
  Located<std::string> log_level{"info"};
  Entries log_opts;
  Located<bool> no_new_privileges;
  LocatedTexts registry_mirrors;
  Located<bool> rootless;
  Located<std::string> seccomp_profile;
  Located<bool> selinux_enabled;
  Located<std::string> storage_driver;
  LocatedTexts storage_opts;
  Located<bool> tls;
  Located<std::string> tlscacert;
  Located<std::string> tlscert;
  Located<std::string> tlskey;
  Located<bool> tlsverify;
  TlsFile tlscacert_file = TlsFile::not_seen;
  TlsFile tlscert_file = TlsFile::not_seen;
  TlsFile tlskey_file = TlsFile::not_seen;
  Located<bool> userland_proxy{true};
  Located<std::string> userns_remap;

  // Whether there is more than a file: an engine that runs.
  bool is_audited() const { return flags_seen || engine.has_value(); }
  bool is_podman() const { return engine && engine->is_podman; }
  bool is_rootless() const {
    return rootless.value || (engine && engine->security_option("rootless") != nullptr);
  }
};

}  // namespace plimsoll
