// Which files of a machine belong to its Docker engine, and where they lie. The reader of a host
// looks at each of them, and rules ask for them by what they are.
//
// Facts: the CIS Docker Benchmark 1.6, sections 1.1 and 3; moby contrib/init/systemd and
// cmd/dockerd (default paths); systemd.unit(5), "Unit File Load Path"; dockerd-rootless.sh.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plimsoll {

struct Daemon;

// Where systemd looks for the units of a machine, the one that counts first.
inline constexpr std::array<std::string_view, 4> unit_directories{
    "/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"};

enum class EngineFile : std::uint8_t {
  service_unit,             // docker.service, and the drop-ins that change it
  socket_unit,              // docker.socket, likewise
  configuration_directory,  // /etc/docker
  registry_certificates,    // the directory of them, and each one's
  registry_certificate,     // *.crt, *.cert
  registry_key,             // *.key
  tls_ca,                   // what tlscacert, tlscert and tlskey name
  tls_certificate,
  tls_key,
  api_socket,  // every unix:// that dockerd listens at
  daemon_json,
  default_file,    // /etc/default/docker
  sysconfig_file,  // /etc/sysconfig/docker
  containerd_socket,
  containerd_state,          // /run/containerd
  containerd_configuration,  // /etc/containerd/config.toml
  data_root,                 // /var/lib/docker
  dockerd,
  containerd,
  containerd_shim,
  containerd_shim_runc_v1,
  containerd_shim_runc_v2,
  runc,
};

struct EnginePath {
  EngineFile what = EngineFile::service_unit;
  std::string path;
  bool below = false;  // a directory, of which what lies in it is meant
};

// Where the files of an engine can lie; null: one of which nothing is known. Relative paths that a
// setting gives are left out: from where they count is not known.
std::vector<EnginePath> engine_paths(const Daemon* daemon);

// The user's home directory of a rootless engine, by its data ("/home/u/.local/share/docker");
// empty when it is not at its usual place, or when the engine is root's.
std::string rootless_home(const Daemon* daemon);

// The engine's data, as it says itself or as it was told; "/var/lib/docker" for null.
std::string data_root_of(const Daemon* daemon);

// The group that owns the engine's socket: "docker", unless dockerd was told another.
std::string_view engine_group_of(const Daemon* daemon);

}  // namespace plimsoll
