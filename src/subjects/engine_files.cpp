#include "subjects/engine_files.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "subjects/daemon.h"

namespace plimsoll {
namespace {

using enum EngineFile;

constexpr std::array<std::string_view, 5> program_directories{
    "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/usr/libexec/docker"};
constexpr std::array<std::pair<EngineFile, std::string_view>, 6> programs{{
    {dockerd, "dockerd"},
    {containerd, "containerd"},
    {containerd_shim, "containerd-shim"},
    {containerd_shim_runc_v1, "containerd-shim-runc-v1"},
    {containerd_shim_runc_v2, "containerd-shim-runc-v2"},
    {runc, "runc"},
}};

class Paths {
 public:
  explicit Paths(const Daemon* daemon) : daemon_(daemon) {}

  std::vector<EnginePath> list() {
    units();
    for (const auto& [what, path] : fixed) add(what, std::string(path));
    add_below(registry_certificates, "/etc/docker/certs.d");
    add(daemon_json, daemon_json_of_it());
    add(data_root, data_root_of(daemon_));
    if (daemon_ != nullptr) settings(*daemon_);
    sockets();
    for (const auto& [what, name] : programs) {
      for (const std::string_view directory : program_directories) {
        add(what, concat(directory, "/", name));
      }
    }
    return std::move(paths_);
  }

 private:
  static constexpr std::array<std::pair<EngineFile, std::string_view>, 7> fixed{{
      {configuration_directory, "/etc/docker"},
      {default_file, "/etc/default/docker"},
      {sysconfig_file, "/etc/sysconfig/docker"},
      {containerd_configuration, "/etc/containerd/config.toml"},
      {containerd_state, "/run/containerd"},
      {containerd_socket, "/run/containerd/containerd.sock"},
      {containerd_socket, "/run/docker/containerd/containerd.sock"},  // that of dockerd's own
  }};

  void add(EngineFile what, std::string path) {
    if (path.starts_with('/')) paths_.push_back({what, std::move(path), false});
  }
  void add_below(EngineFile what, std::string path) {
    paths_.push_back({what, std::move(path), true});
  }

  void units() {
    std::vector<std::string> directories(unit_directories.begin(), unit_directories.end());
    const std::string home = rootless_home(daemon_);
    if (!home.empty()) directories.push_back(home + "/.config/systemd/user");
    for (const std::string& directory : directories) {
      add(service_unit, directory + "/docker.service");
      add_below(service_unit, directory + "/docker.service.d");
      add(socket_unit, directory + "/docker.socket");
      add_below(socket_unit, directory + "/docker.socket.d");
    }
  }

  std::string daemon_json_of_it() const {
    if (daemon_ != nullptr && !daemon_->daemon_json_path.empty()) return daemon_->daemon_json_path;
    const std::string home = rootless_home(daemon_);
    return home.empty() ? "/etc/docker/daemon.json" : home + "/.config/docker/daemon.json";
  }

  void settings(const Daemon& daemon) {
    add(tls_ca, daemon.tlscacert.value);
    add(tls_certificate, daemon.tlscert.value);
    add(tls_key, daemon.tlskey.value);
    const std::string home = rootless_home(&daemon);
    if (!home.empty()) {
      add(configuration_directory, home + "/.config/docker");
    }
  }

  // Whether dockerd listens at /run/docker.sock is decided by its unit as often as by a setting, so
  // that one is always looked for.
  void sockets() {
    add(api_socket, "/run/docker.sock");
    if (daemon_ == nullptr) return;
    for (const Located<std::string>& host : daemon_->hosts) {
      constexpr std::string_view scheme = "unix://";
      if (!host.value.starts_with(scheme)) continue;
      std::string path = host.value.substr(scheme.size());
      if (path != "/var/run/docker.sock" && path != "/run/docker.sock") {
        add(api_socket, std::move(path));
      }
    }
  }

  const Daemon* daemon_;
  std::vector<EnginePath> paths_;
};

}  // namespace

std::vector<EnginePath> engine_paths(const Daemon* daemon) {
  return Paths(daemon).list();
}

std::string rootless_home(const Daemon* daemon) {
  if (daemon == nullptr || !daemon->is_rootless()) return {};
  const std::string root = data_root_of(daemon);
  constexpr std::string_view usual = "/.local/share/docker";
  return root.ends_with(usual) ? root.substr(0, root.size() - usual.size()) : std::string();
}

std::string data_root_of(const Daemon* daemon) {
  if (daemon == nullptr) return "/var/lib/docker";
  if (daemon->engine && !daemon->engine->data_root.value.empty()) {
    return daemon->engine->data_root.value;
  }
  return daemon->data_root.value;
}

std::string_view engine_group_of(const Daemon* daemon) {
  return daemon == nullptr ? std::string_view("docker") : daemon->group.value;
}

}  // namespace plimsoll
