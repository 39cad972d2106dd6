#include "support/compose_model.h"

#include <algorithm>

#include "base/files.h"
#include "base/text.h"
#include "readers/compose/short_forms.h"

namespace plimsoll::test {
namespace {

// A path as seen from the project directory, without a leading `./`.
std::string relative(const std::string& path) {
  if (path.find("://") != std::string::npos) return path;
  if (path.empty() || path[0] == '/' || path[0] == '~' || path[0] == '\\') return path;
  return normal_path(path);
}

std::string_view type_name(Mount::Type type) {
  switch (type) {
    case Mount::Type::bind: return "bind";
    case Mount::Type::volume: return "volume";
    case Mount::Type::tmpfs: return "tmpfs";
    case Mount::Type::npipe: return "npipe";
    case Mount::Type::cluster: return "cluster";
    case Mount::Type::image: return "image";
  }
  return "";
}

class Lines {
 public:
  void add(std::string_view name, std::string_view value) {
    lines_.push_back(concat(prefix_, name, "=", value));
  }
  void add(std::string_view name, const Located<std::string>& value) {
    if (value.layer == Layer::compose && !value.value.empty())
      add(name, std::string_view(value.value));
  }
  void add(std::string_view name, const Located<bool>& value) {
    if (value.layer == Layer::compose && value.value) add(name, "true");
  }
  void add(std::string_view name, const Located<std::int64_t>& value) {
    if (value.layer == Layer::compose && value.value != 0) add(name, std::to_string(value.value));
  }
  void add_list(std::string_view name, const std::vector<Located<std::string>>& values) {
    for (const auto& value : values) {
      if (value.layer == Layer::compose) add(name, std::string_view(value.value));
    }
  }
  void add_words(std::string_view name, const Located<std::vector<std::string>>& words) {
    if (words.layer != Layer::compose) return;
    add_words(name, words.value);
  }
  void add_words(std::string_view name, const std::vector<std::string>& words) {
    if (words.empty()) return;
    std::string text;
    for (const std::string& word : words) text += concat("<", word, ">");
    add(name, std::string_view(text));
  }
  void begin(std::string prefix) { prefix_ = std::move(prefix); }
  std::vector<std::string> take() {
    std::ranges::sort(lines_);
    return std::move(lines_);
  }

 private:
  std::string prefix_;
  std::vector<std::string> lines_;
};

std::pair<int, int> range_of(const std::string& text) {
  const std::size_t dash = text.find('-');
  const int first = std::stoi(text);
  return {first, dash == std::string::npos ? first : std::stoi(text.substr(dash + 1))};
}

// A range of ports is one port for each, as compose spreads it.
void add_port(Lines& lines, const Port& port) {
  if (port.unresolved) return;
  const auto [first, last] = range_of(port.target);
  const bool paired = !port.published.empty() && first != last;
  const int published = paired ? range_of(port.published).first : 0;
  for (int target = first; target <= last; ++target) {
    const std::string outer = paired ? std::to_string(published + target - first) : port.published;
    lines.add("port",
              concat(port.host_ip, "|", outer, "|", std::to_string(target), "/", port.protocol));
  }
}

void add_mount(Lines& lines, const Mount& mount) {
  if (mount.layer != Layer::compose) return;
  const std::string source =
      mount.type == Mount::Type::bind ? relative(mount.source) : mount.source;
  std::string options;
  for (const std::string& option : mount.options) {
    if (!option.starts_with("size=")) continue;
    const auto size = compose::parse_bytes(std::string_view(option).substr(5));
    if (size && *size != 0) options += concat("size=", std::to_string(*size));
  }
  lines.add("volume", concat(type_name(mount.type), "|", source, "|", mount.target, "|",
                             mount.read_only ? "ro" : "rw", "|", mount.propagation, "|",
                             mount.selinux, "|", options));
}

void add_service(Lines& lines, const ContainerSpec& spec) {
  lines.begin(concat("services.", spec.name, "."));
  lines.add("present", "true");
  lines.add("image", spec.image);
  lines.add("platform", spec.platform);
  lines.add("privileged", spec.privileged);
  lines.add("read_only", spec.read_only);
  lines.add("use_api_socket", spec.use_api_socket);
  lines.add("init", spec.init);
  lines.add("oom_kill_disable", spec.oom_kill_disable);
  lines.add("user", spec.user);
  lines.add("pid", spec.pid);
  lines.add("ipc", spec.ipc);
  lines.add("uts", spec.uts);
  lines.add("userns_mode", spec.userns_mode);
  lines.add("cgroup", spec.cgroup);
  lines.add("cgroup_parent", spec.cgroup_parent);
  lines.add("network_mode", spec.network_mode);
  lines.add("runtime", spec.runtime);
  lines.add("working_dir", spec.working_dir);
  lines.add("stop_signal", spec.stop_signal);
  lines.add("cpuset", spec.cpuset);
  lines.add("log_driver", spec.log_driver);
  lines.add("mem_limit", spec.mem_limit);
  lines.add("mem_reservation", spec.mem_reservation);
  lines.add("memswap_limit", spec.memswap_limit);
  lines.add("pids_limit", spec.pids_limit);
  lines.add("cpu_shares", spec.cpu_shares);
  lines.add("shm_size", spec.shm_size);
  lines.add("oom_score_adj", spec.oom_score_adj);
  if (spec.nano_cpus.written()) {
    const std::int64_t milli = (spec.nano_cpus.value + 500'000) / 1'000'000;
    if (milli != 0) lines.add("milli_cpus", std::to_string(milli));
  }
  lines.add_list("cap_add", spec.cap_add);
  lines.add_list("cap_drop", spec.cap_drop);
  lines.add_list("security_opt", spec.security_opt);
  lines.add_list("group_add", spec.group_add);
  lines.add_list("dns", spec.dns);
  lines.add_list("expose", spec.expose);
  lines.add_list("links", spec.links);
  lines.add_list("volumes_from", spec.volumes_from);
  lines.add_list("device_cgroup_rule", spec.device_cgroup_rules);
  lines.add_list("profile", spec.profiles);
  for (const auto& sysctl : spec.sysctls) {
    const bool has_value = sysctl.value.find('=') != std::string::npos;
    lines.add("sysctl", concat(sysctl.value, has_value ? "" : "="));
  }
  lines.add_list("log_option", spec.log_options);
  lines.add_words("command", spec.command);
  lines.add_words("entrypoint", spec.entrypoint);
  if (spec.healthcheck.layer == Layer::compose) {
    const Healthcheck& check = spec.healthcheck.value;
    if (check.disabled && check.test.empty()) lines.add("healthcheck", "disabled");
    lines.add_words("healthcheck", check.test);
  }
  for (const Port& port : spec.ports) add_port(lines, port);
  for (const Mount& mount : spec.mounts) add_mount(lines, mount);
  for (const Device& device : spec.devices) {
    lines.add("device",
              concat(device.host_path, "|", device.container_path, "|", device.permissions));
  }
  for (const Ulimit& limit : spec.ulimits) {
    lines.add("ulimit",
              concat(limit.name, "|", std::to_string(limit.soft), "|", std::to_string(limit.hard)));
  }
  for (const EnvironmentVariable& variable : spec.environment) {
    if (variable.layer != Layer::compose) continue;
    lines.add("environment", variable.value ? concat(variable.name, "=", *variable.value)
                                            : std::string_view(variable.name));
  }
  for (const Label& label : spec.labels) {
    if (label.layer == Layer::compose) lines.add("label", concat(label.name, "=", label.value));
  }
  for (const Network& network : spec.networks) {
    if (network.name != "default") lines.add("network", std::string_view(network.name));
  }
  for (const SecretOrConfig& file : spec.secrets) {
    lines.add(file.is_config ? "config" : "secret", std::string_view(file.source));
  }
}

void add_resources(Lines& lines, std::string_view section,
                   const std::vector<ComposeResource>& resources) {
  for (const ComposeResource& resource : resources) {
    if (section == "networks" && resource.name == "default") continue;
    lines.begin(concat(section, ".", resource.name, "."));
    lines.add("present", "true");
    if (resource.external) lines.add("external", "true");
    if (resource.internal) lines.add("internal", "true");
    if (!resource.driver.empty()) lines.add("driver", std::string_view(resource.driver));
    for (const std::string& option : resource.driver_options) {
      const bool device = option.starts_with("device=.");
      lines.add("driver_opt", device ? concat("device=", relative(option.substr(7))) : option);
    }
  }
}

}  // namespace

std::vector<std::string> compose_model(const ComposeProject& project) {
  Lines lines;
  for (const auto& service : project.services) add_service(lines, *service);
  for (const ComposeBuild& build : project.builds) {
    lines.begin(concat("services.", build.service, ".build."));
    lines.add("context", relative(build.context));
    if (!build.dockerfile.empty() && build.dockerfile != "Dockerfile")
      lines.add("dockerfile", std::string_view(build.dockerfile));
    lines.add("target", build.target);
    for (const auto& argument : build.args) {
      // compose drops arguments without a value.
      if (argument.value.find('=') != std::string::npos) {
        lines.add("arg", std::string_view(argument.value));
      }
    }
  }
  add_resources(lines, "networks", project.networks);
  add_resources(lines, "volumes", project.volumes);
  add_resources(lines, "secrets", project.secrets);
  add_resources(lines, "configs", project.configs);
  return lines.take();
}

}  // namespace plimsoll::test
