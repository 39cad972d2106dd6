#include "readers/run_command/spec_builder.h"

#include <algorithm>
#include <array>

#include "base/parse_bool.h"
#include "base/text.h"

namespace plimsoll::run_command {
namespace {

std::string_view without_spaces(std::string_view text) {
  return trim(text);
}

// key=value taken apart; `has_value` is false for a bare key.
struct KeyValue {
  std::string_view key;
  std::string_view value;
  bool has_value = false;
  std::size_t value_offset = 0;
};

KeyValue key_value(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {text, {}, false, text.size()};
  return {text.substr(0, equals), text.substr(equals + 1), true, equals + 1};
}

bool is_propagation(std::string_view option) {
  return option == "private" || option == "rprivate" || option == "shared" || option == "rshared" ||
         option == "slave" || option == "rslave";
}

bool is_device_mode(std::string_view mode) {
  return !mode.empty() && mode.size() <= 3 &&
         mode.find_first_not_of("rwm") == std::string_view::npos;
}

// A network that the engine brings along, or another kind of mode: not one that somebody made.
bool is_network_mode(std::string_view name) {
  return name == "host" || name == "none" || name == "bridge" || name == "default" ||
         name == "private" || name == "pasta" || name == "slirp4netns" ||
         name.starts_with("container:") || name.starts_with("ns:") || name.starts_with("pasta:") ||
         name.starts_with("slirp4netns:") || name.starts_with("bridge:");
}

constexpr auto mount_keys = std::to_array<std::string_view>({"type",
                                                             "source",
                                                             "src",
                                                             "target",
                                                             "dst",
                                                             "destination",
                                                             "readonly",
                                                             "ro",
                                                             "consistency",
                                                             "bind-propagation",
                                                             "bind-nonrecursive",
                                                             "bind-recursive",
                                                             "bind-create-src",
                                                             "volume-subpath",
                                                             "volume-nocopy",
                                                             "volume-label",
                                                             "volume-driver",
                                                             "volume-opt",
                                                             "image-subpath",
                                                             "tmpfs-size",
                                                             "tmpfs-mode"});

}  // namespace

Location place_of(const Value& value, std::size_t offset, std::size_t size) {
  if (!value.at.known()) return value.at;
  const std::string_view raw = value.at.text();
  const std::string_view text = value.text;
  const auto range = [&](std::size_t begin, std::size_t end) -> Location {
    const std::uint32_t start = value.at.span.begin;
    return {value.at.source,
            {start + static_cast<std::uint32_t>(begin), start + static_cast<std::uint32_t>(end)}};
  };
  if (raw.substr(0, offset + size) == text.substr(0, offset + size)) {
    return range(offset, offset + size);
  }
  // Behind a part that is written as it reads, the rest of the word: --volume="a b".
  if (offset > 0 && offset + size == text.size() && raw.size() > offset &&
      raw.substr(0, offset) == text.substr(0, offset)) {
    return range(offset, raw.size());
  }
  // One pair of quotes around the text is all that may differ.
  if (raw.size() == text.size() + 2 && raw.substr(1, text.size()) == text) {
    return range(1 + offset, 1 + offset + size);
  }
  return value.at;
}

void SpecBuilder::invalid(const Value& value, std::string_view what, std::string_view hint) {
  errors_.push_back({concat("--", flag_, ": ", what, " \"", value.text, "\" cannot be read"),
                     value.at, std::string(hint)});
}

void SpecBuilder::obsolete(ObsoleteSpelling::Kind kind, std::string_view text, const Location& at) {
  spec_.obsolete.push_back({kind, std::string(text), at});
}

void SpecBuilder::set_boolean(Located<bool>& field, const Value& value) {
  const std::optional<bool> given = parse_bool(value.text);
  if (!given && value.resolved) invalid(value, "the boolean", "write true or false");
  field = {given.value_or(false), value.at, Layer::run_line, !given.has_value()};
}

void SpecBuilder::set_text(Located<std::string>& field, const Value& value) {
  field = {std::string(value.text), value.at, Layer::run_line, !value.resolved};
}

void SpecBuilder::set_bytes(Located<std::int64_t>& field, const Value& value, bool negative) {
  const std::optional<std::int64_t> bytes = parse_bytes(value.text, negative);
  if (!bytes && value.resolved) {
    invalid(value, "the size", "write a number with a unit: 512m, 2g");
  }
  field = {bytes.value_or(0), value.at, Layer::run_line, !bytes || !value.resolved};
}

void SpecBuilder::set_integer(Located<std::int64_t>& field, const Value& value) {
  const std::optional<std::int64_t> number = parse_integer(value.text);
  if (!number && value.resolved) invalid(value, "the number", "write a whole number");
  field = {number.value_or(0), value.at, Layer::run_line, !number || !value.resolved};
}

void SpecBuilder::add(std::vector<Located<std::string>>& list, const Value& value) {
  list.push_back({std::string(value.text), value.at, Layer::run_line, !value.resolved});
}

// Podman takes several capabilities and the like in one value.
void SpecBuilder::add_each(std::vector<Located<std::string>>& list, const Value& value) {
  if (client_ != podman || value.text.find(',') == std::string_view::npos) return add(list, value);
  for (const Part& part : split_parts(value.text, ',')) {
    list.push_back({std::string(part.text), place_of(value, part.offset, part.text.size()),
                    Layer::run_line, holds_unknown(part.text) && !value.resolved});
  }
}

void SpecBuilder::set(const Flag& flag, std::string_view written, const Value& value) {
  flag_ = written;
  spec_.flags.push_back({value.flag_at, value.at});
  switch (flag.setting) {
    case Setting::ignored:
    case Setting::help: break;
    case Setting::name: spec_.name = value.text; break;
    case Setting::platform: set_text(spec_.platform, value); break;
    case Setting::pull: set_text(spec_.pull_policy, value); break;
    case Setting::privileged: set_boolean(spec_.privileged, value); break;
    case Setting::cap_add: add_each(spec_.cap_add, value); break;
    case Setting::cap_drop: add_each(spec_.cap_drop, value); break;
    case Setting::security_opt: set_security_opt(value); break;
    case Setting::use_api_socket: set_boolean(spec_.use_api_socket, value); break;
    case Setting::pid: set_text(spec_.pid, value); break;
    case Setting::ipc: set_text(spec_.ipc, value); break;
    case Setting::uts: set_text(spec_.uts, value); break;
    case Setting::userns: set_text(spec_.userns_mode, value); break;
    case Setting::cgroupns: set_text(spec_.cgroup, value); break;
    case Setting::cgroup_parent: set_text(spec_.cgroup_parent, value); break;
    case Setting::network: set_network(written, value); break;
    case Setting::publish: set_publish(value); break;
    case Setting::publish_all: set_boolean(spec_.publish_all, value); break;
    case Setting::expose: add(spec_.expose, value); break;
    case Setting::link:
      add(spec_.links, value);
      obsolete(ObsoleteSpelling::Kind::links, concat("--link ", value.text), value.flag_at);
      break;
    case Setting::add_host: add(spec_.extra_hosts, value); break;
    case Setting::dns: add(spec_.dns, value); break;
    case Setting::read_only: set_boolean(spec_.read_only, value); break;
    case Setting::volume: set_volume(value); break;
    case Setting::mount: set_mount(value); break;
    case Setting::tmpfs: set_tmpfs(value); break;
    case Setting::volumes_from: add(spec_.volumes_from, value); break;
    case Setting::volume_driver: volume_driver_ = value.text; break;
    case Setting::device: set_device(value); break;
    case Setting::device_cgroup_rule: add(spec_.device_cgroup_rules, value); break;
    case Setting::gpus: add(spec_.device_requests, value); break;
    case Setting::storage_opt: add(spec_.storage_opt, value); break;
    case Setting::memory: set_bytes(spec_.mem_limit, value); break;
    case Setting::memory_reservation: set_bytes(spec_.mem_reservation, value); break;
    case Setting::memory_swap: set_bytes(spec_.memswap_limit, value, true); break;
    case Setting::memory_swappiness: set_integer(spec_.mem_swappiness, value); break;
    case Setting::cpus: {
      const std::optional<std::int64_t> nano = parse_nano_cpus(value.text);
      if (!nano && value.resolved) invalid(value, "the number of CPUs", "write 0.5 or 2");
      spec_.nano_cpus = {nano.value_or(0), value.at, Layer::run_line, !nano || !value.resolved};
      break;
    }
    case Setting::cpu_period: set_integer(cpu_period_, value); break;
    case Setting::cpu_quota: set_integer(cpu_quota_, value); break;
    case Setting::cpu_shares: set_integer(spec_.cpu_shares, value); break;
    case Setting::cpuset_cpus:
      set_text(spec_.cpuset, value);
      if (flag.clients == old) {
        obsolete(ObsoleteSpelling::Kind::cpuset_alias, concat("--cpuset=", value.text),
                 value.flag_at);
      }
      break;
    case Setting::pids_limit: set_integer(spec_.pids_limit, value); break;
    case Setting::ulimit: set_ulimit(value); break;
    case Setting::shm_size: set_bytes(spec_.shm_size, value); break;
    case Setting::blkio: add(spec_.blkio, value); break;
    case Setting::oom_kill_disable: set_boolean(spec_.oom_kill_disable, value); break;
    case Setting::oom_score_adj: set_integer(spec_.oom_score_adj, value); break;
    case Setting::sysctl: add(spec_.sysctls, value); break;
    case Setting::user: set_text(spec_.user, value); break;
    case Setting::group_add: add(spec_.group_add, value); break;
    case Setting::entrypoint:
      spec_.entrypoint = {{std::string(value.text)}, value.at, Layer::run_line, !value.resolved};
      break;
    case Setting::workdir: set_text(spec_.working_dir, value); break;
    case Setting::stop_signal: set_text(spec_.stop_signal, value); break;
    case Setting::init: set_boolean(spec_.init, value); break;
    case Setting::runtime: set_text(spec_.runtime, value); break;
    case Setting::restart: set_text(spec_.restart, value); break;
    case Setting::remove: set_boolean(spec_.auto_remove, value); break;
    case Setting::health_cmd: set_health_cmd(value); break;
    case Setting::no_healthcheck: {
      Located<bool> off;
      set_boolean(off, value);
      if (!off.value) break;
      spec_.healthcheck = {{true, true, {"NONE"}}, value.at, Layer::run_line, false};
      break;
    }
    case Setting::log_driver: set_text(spec_.log_driver, value); break;
    case Setting::log_opt: add(spec_.log_options, value); break;
    case Setting::env: set_env(value); break;
    case Setting::label: set_label(value); break;
    case Setting::annotation: break;
    case Setting::secret: set_secret(value); break;
    case Setting::lxc_conf:
      obsolete(ObsoleteSpelling::Kind::lxc_conf, concat("--lxc-conf=", value.text), value.flag_at);
      break;
  }
}

// --security-opt takes key=value; the older key:value is still understood by the engine, which
// warns. Only `no-new-privileges` may stand alone, and only for it is the colon the documented
// form.
void SpecBuilder::set_security_opt(const Value& value) {
  add(spec_.security_opt, value);
  const std::string_view text = value.text;
  const std::size_t equals = text.find('=');
  std::size_t cut = equals;
  if (cut == std::string_view::npos) cut = text.find(':');
  const std::string_view key = text.substr(0, cut);
  const bool has_value = cut != std::string_view::npos;
  const std::string_view rest = has_value ? text.substr(cut + 1) : std::string_view();
  const bool open = !value.resolved;
  if (key == "no-new-privileges") {
    const std::optional<bool> given = has_value ? parse_bool(rest) : std::optional<bool>(true);
    if (!given && !open) invalid(value, "the option", "write no-new-privileges=true");
    spec_.no_new_privileges = {given.value_or(false), value.at, Layer::run_line, !given};
    return;
  }
  if (has_value && equals == std::string_view::npos &&
      (key == "label" || key == "apparmor" || key == "seccomp")) {
    obsolete(ObsoleteSpelling::Kind::security_opt_colon, text, value.at);
  }
  const bool rest_open = open && holds_unknown(rest);
  if (key == "seccomp") {
    spec_.seccomp = {rest == "builtin" ? std::string() : std::string(rest), value.at,
                     Layer::run_line, rest_open};
  } else if (key == "apparmor") {
    spec_.apparmor = {std::string(rest), value.at, Layer::run_line, rest_open};
  } else if (key == "label") {
    spec_.selinux_label.push_back({std::string(rest), value.at, Layer::run_line, rest_open});
  } else if (key == "systempaths") {
    spec_.systempaths_unconfined = {rest == "unconfined", value.at, Layer::run_line, rest_open};
  } else if (key == "unmask") {  // Podman
    spec_.systempaths_unconfined = {equal_ignoring_case(rest, "all") || rest == "/proc/*", value.at,
                                    Layer::run_line, rest_open};
  } else if (key == "credentialspec") {
    spec_.credential_specs.push_back({std::string(rest), value.at, Layer::run_line, rest_open});
  }
}

void SpecBuilder::set_network(std::string_view written, const Value& value) {
  if (written == "net") {
    obsolete(ObsoleteSpelling::Kind::net_alias, concat("--net ", value.text), value.flag_at);
  }
  std::string_view name = value.text;
  std::size_t offset = 0;
  if (name.starts_with("name=") || name.find(",name=") != std::string_view::npos) {
    for (const Part& field : split_csv(value.text)) {
      const KeyValue pair = key_value(field.text);
      if (!equal_ignoring_case(pair.key, "name")) continue;
      name = pair.value;
      offset = field.offset + pair.value_offset;
    }
  }
  const Location at = place_of(value, offset, name.size());
  const bool open = !value.resolved && holds_unknown(name);
  if (open || is_network_mode(name)) {
    spec_.network_mode = {std::string(name), at, Layer::run_line, open};
    return;
  }
  Network network;
  network.name = name;
  network.at = at;
  spec_.networks.push_back(std::move(network));
}

// [host-ip:][published]:target[/protocol], an IPv6 address in brackets; or published=…,target=….
void SpecBuilder::set_publish(const Value& value) {
  Port port;
  port.protocol = "tcp";
  port.at = value.at;
  port.layer = Layer::run_line;
  std::string_view text = value.text;
  if (text.find('=') != std::string_view::npos && value.resolved) {
    for (const Part& field : split_csv(text)) {
      const KeyValue pair = key_value(field.text);
      if (pair.key == "published") port.published = pair.value;
      if (pair.key == "target") port.target = pair.value;
      if (pair.key == "protocol") port.protocol = pair.value;
    }
    spec_.ports.push_back(std::move(port));
    return;
  }
  const std::vector<Part> parts = split_parts(text, ':');
  std::string_view target = parts.back().text;
  if (const std::size_t slash = target.rfind('/');
      slash != std::string_view::npos && target.find('}', slash) == std::string_view::npos) {
    port.protocol = lower(target.substr(slash + 1));
    target = target.substr(0, slash);
  }
  port.target = target;
  if (parts.size() > 1) port.published = parts[parts.size() - 2].text;
  if (parts.size() > 2) {
    std::string_view address = text.substr(0, parts[parts.size() - 2].offset - 1);
    if (address.starts_with('[') && address.ends_with(']')) {
      address = address.substr(1, address.size() - 2);
    }
    port.host_ip = address;
  }
  // An address that is written tells where the port is published, whatever its number.
  const bool address_known = parts.size() > 2 && !holds_unknown(port.host_ip);
  port.unresolved = !value.resolved && !address_known;
  if (value.resolved &&
      (port.target.empty() || port.target.find_first_not_of("0123456789-") != std::string::npos)) {
    invalid(value, "the port", "write [address:][published:]target[/protocol]");
    return;
  }
  spec_.ports.push_back(std::move(port));
}

// [source:]target[:options]
void SpecBuilder::set_volume(const Value& value) {
  std::vector<Part> parts = split_parts(value.text, ':');
  Mount mount;
  mount.at = value.at;
  mount.layer = Layer::run_line;
  if (parts.size() == 1) {
    mount.target = parts[0].text;  // an anonymous volume
  } else {
    mount.source = parts[0].text;
    mount.source_at = place_of(value, parts[0].offset, parts[0].text.size());
    mount.target = parts[1].text;
    if (is_host_path(mount.source)) mount.type = Mount::Type::bind;
    if (mount.source.starts_with("\\\\.\\pipe")) mount.type = Mount::Type::npipe;
  }
  bool options_open = false;
  if (parts.size() > 2) {
    for (const Part& option : split_parts(parts[2].text, ',')) {
      if (option.text == "ro" || option.text == "readonly") {
        mount.read_only = true;
      } else if (option.text == "rw") {
        mount.read_only = false;
      } else if (option.text == "z" || option.text == "Z") {
        mount.selinux = option.text;
      } else if (is_propagation(option.text)) {
        mount.propagation = option.text;
      } else {
        options_open = options_open || (!value.resolved && holds_unknown(option.text));
        mount.options.emplace_back(option.text);
      }
    }
  }
  mount.unresolved = !value.resolved &&
                     (holds_unknown(mount.source) || holds_unknown(mount.target) || options_open);
  if (value.resolved &&
      (mount.target.empty() || parts.size() > 3 || (parts.size() > 1 && mount.source.empty()))) {
    invalid(value, "the volume", "write [source:]target[:options]");
    return;
  }
  spec_.mounts.push_back(std::move(mount));
}

void SpecBuilder::set_mount(const Value& value) {
  Mount mount;
  mount.at = value.at;
  mount.layer = Layer::run_line;
  for (const Part& field : split_csv(value.text)) set_mount_field(mount, value, field);
  mount.unresolved =
      !value.resolved && (holds_unknown(mount.source) || holds_unknown(mount.target) ||
                          value.text.find('=') == std::string_view::npos);
  if (mount.target.empty() && value.resolved) {
    errors_.push_back({"--mount names no target", value.at, "add target=/path/in/the/container"});
    return;
  }
  spec_.mounts.push_back(std::move(mount));
}

void SpecBuilder::set_mount_field(Mount& mount, const Value& value, const Part& field) {
  const KeyValue pair = key_value(without_spaces(field.text));
  const std::string key = lower(pair.key);
  const std::string_view text = pair.value;
  if (key == "type") {
    const std::string type = lower(text);
    if (type == "bind") mount.type = Mount::Type::bind;
    if (type == "volume") mount.type = Mount::Type::volume;
    if (type == "tmpfs" || type == "ramfs") mount.type = Mount::Type::tmpfs;
    if (type == "npipe") mount.type = Mount::Type::npipe;
    if (type == "cluster") mount.type = Mount::Type::cluster;
    if (type == "image") mount.type = Mount::Type::image;
  } else if (key == "source" || key == "src") {
    mount.source = text;
    mount.source_at = place_of(value, field.offset + pair.value_offset, text.size());
  } else if (key == "target" || key == "dst" || key == "destination") {
    mount.target = text;
  } else if (key == "readonly" || key == "ro") {
    mount.read_only = !pair.has_value || parse_bool(text).value_or(true);
  } else if (key == "rw" && client_ == podman) {
    mount.read_only = pair.has_value && !parse_bool(text).value_or(true);
  } else if (key == "bind-propagation") {
    mount.propagation = lower(text);
  } else if (key == "relabel") {  // Podman
    mount.selinux = text == "shared" ? "z" : "Z";
  } else if (key == "z") {
    mount.selinux = pair.key;
  } else if (key == "volume-driver") {
    mount.driver = text;
  } else if (key == "volume-opt") {
    mount.driver_options.emplace_back(text);
  } else if (key == "tmpfs-size") {
    mount.options.push_back(concat("size=", text));
  } else if (key == "tmpfs-mode") {
    mount.options.push_back(concat("mode=", text));
  } else if (client_ == podman) {
    mount.options.emplace_back(field.text);
  } else if (value.resolved &&
             std::find(mount_keys.begin(), mount_keys.end(), key) == mount_keys.end()) {
    const std::optional<std::string_view> near = nearest(key, mount_keys);
    errors_.push_back({concat("--mount has no option \"", pair.key, "\""),
                       place_of(value, field.offset, field.text.size()),
                       near ? concat("did you mean ", *near, "?") : std::string()});
  }
}

// target[:options]
void SpecBuilder::set_tmpfs(const Value& value) {
  Mount mount;
  mount.type = Mount::Type::tmpfs;
  mount.at = value.at;
  mount.layer = Layer::run_line;
  const std::size_t colon = value.text.find(':');
  mount.target = value.text.substr(0, colon);
  if (colon != std::string_view::npos) {
    for (const Part& option : split_parts(value.text.substr(colon + 1), ',')) {
      if (option.text == "ro") mount.read_only = true;
      if (!option.text.empty()) mount.options.emplace_back(option.text);
    }
  }
  mount.unresolved = !value.resolved;
  spec_.mounts.push_back(std::move(mount));
}

// host[:container][:permissions], or the name of a CDI device: vendor.com/class=name
void SpecBuilder::set_device(const Value& value) {
  Device device;
  device.at = value.at;
  device.layer = Layer::run_line;
  device.unresolved = !value.resolved;
  if (!value.text.starts_with('/') && value.text.find('=') != std::string_view::npos &&
      value.resolved) {
    device.host_path = value.text;
    spec_.devices.push_back(std::move(device));
    return;
  }
  const std::vector<Part> parts = split_parts(value.text, ':');
  device.host_path = parts[0].text;
  device.container_path = device.host_path;
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (is_device_mode(parts[i].text)) {
      device.permissions = parts[i].text;
      device.permissions_written = true;
    } else if (i == 1) {
      device.container_path = parts[i].text;
    } else if (value.resolved) {
      invalid(value, "the device",
              "write host[:container[:permissions]], permissions from r, w, m");
      return;
    }
  }
  spec_.devices.push_back(std::move(device));
}

// name=soft[:hard]
void SpecBuilder::set_ulimit(const Value& value) {
  const KeyValue pair = key_value(value.text);
  Ulimit limit;
  limit.name = pair.key;
  limit.at = value.at;
  limit.layer = Layer::run_line;
  const std::size_t colon = pair.value.find(':');
  const std::optional<std::int64_t> soft = parse_integer(pair.value.substr(0, colon));
  const std::optional<std::int64_t> hard =
      colon == std::string_view::npos ? soft : parse_integer(pair.value.substr(colon + 1));
  if ((!soft || !hard) && value.resolved && value.text != "host") {
    return invalid(value, "the limit", "write name=soft[:hard]: nofile=1024:2048");
  }
  limit.soft = soft.value_or(-1);
  limit.hard = hard.value_or(-1);
  // What is not known is no limit that a rule could judge.
  if (soft && hard) spec_.ulimits.push_back(std::move(limit));
}

void SpecBuilder::set_env(const Value& value) {
  const KeyValue pair = key_value(value.text);
  EnvironmentVariable variable;
  variable.name = pair.key;
  variable.at = value.at;
  variable.layer = Layer::run_line;
  if (pair.has_value) {
    variable.value = std::string(pair.value);
    variable.value_at = place_of(value, pair.value_offset, pair.value.size());
  }
  variable.unresolved = !value.resolved;
  spec_.environment.push_back(std::move(variable));
}

void SpecBuilder::set_label(const Value& value) {
  const KeyValue pair = key_value(value.text);
  spec_.labels.push_back(
      {std::string(pair.key), std::string(pair.value), value.at, Layer::run_line});
}

// Podman: name[,type=…,target=…]
void SpecBuilder::set_secret(const Value& value) {
  SecretOrConfig secret;
  secret.at = value.at;
  for (const Part& field : split_csv(value.text)) {
    const KeyValue pair = key_value(field.text);
    if (field.offset == 0) secret.source = pair.key;
    if (pair.key == "target") secret.target = pair.value;
  }
  spec_.secrets.push_back(std::move(secret));
}

void SpecBuilder::set_health_cmd(const Value& value) {
  Healthcheck check;
  check.defined = true;
  check.disabled = client_ == podman && value.text == "none";
  check.test = {"CMD-SHELL", std::string(value.text)};
  spec_.healthcheck = {std::move(check), value.at, Layer::run_line, !value.resolved};
}

// Every default may be something else once an unknown word can hold any flag.
void SpecBuilder::leave_defaults_open() {
  const auto open = [](auto&... fields) {
    ((fields.unresolved = fields.unresolved || fields.layer == Layer::engine), ...);
  };
  ContainerSpec& s = spec_;
  open(s.image, s.platform, s.pull_policy, s.privileged, s.build_privileged, s.no_new_privileges,
       s.seccomp, s.apparmor, s.systempaths_unconfined, s.use_api_socket, s.pid, s.ipc, s.uts,
       s.userns_mode, s.cgroup, s.cgroup_parent, s.network_mode, s.publish_all, s.read_only,
       s.mem_limit, s.mem_reservation, s.memswap_limit, s.mem_swappiness, s.nano_cpus,
       s.cpu_reservation, s.cpu_shares, s.cpuset, s.pids_limit, s.shm_size, s.oom_kill_disable,
       s.oom_score_adj, s.user, s.entrypoint, s.command, s.working_dir, s.stop_signal, s.init,
       s.runtime, s.restart, s.auto_remove, s.healthcheck, s.log_driver, s.provider);
}

void SpecBuilder::finish() {
  if (cpu_quota_.written() && !spec_.nano_cpus.written()) {
    constexpr std::int64_t default_period = 100'000;
    const std::int64_t period = cpu_period_.value > 0 ? cpu_period_.value : default_period;
    const bool open = cpu_quota_.unresolved || cpu_period_.unresolved;
    const std::int64_t quota = std::clamp<std::int64_t>(cpu_quota_.value, 0, 9'000'000'000);
    spec_.nano_cpus = {quota * 1'000'000'000 / period, cpu_quota_.at, Layer::run_line, open};
  }
  if (!volume_driver_.empty()) {
    for (Mount& mount : spec_.mounts) {
      if (mount.type == Mount::Type::volume && mount.driver.empty()) mount.driver = volume_driver_;
    }
  }
  if (!spec_.user.written()) {
    spec_.user.layer = Layer::image;
    spec_.user.unresolved = true;
  }
  if (spec_.options_unresolved) leave_defaults_open();
}

}  // namespace plimsoll::run_command
