// The flags of `docker run` and `docker create`, and what else may stand on such a line.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace plimsoll::run_command {

// What a flag sets. `ignored`: nothing that a rule asks for.
enum class Setting : std::uint8_t {
  ignored,
  help,
  name,
  platform,
  pull,
  privileged,
  cap_add,
  cap_drop,
  security_opt,
  use_api_socket,
  pid,
  ipc,
  uts,
  userns,
  cgroupns,
  cgroup_parent,
  network,
  publish,
  publish_all,
  expose,
  link,
  add_host,
  dns,
  read_only,
  volume,
  mount,
  tmpfs,
  volumes_from,
  volume_driver,
  device,
  device_cgroup_rule,
  gpus,
  storage_opt,
  memory,
  memory_reservation,
  memory_swap,
  memory_swappiness,
  cpus,
  cpu_period,
  cpu_quota,
  cpu_shares,
  cpuset_cpus,
  pids_limit,
  ulimit,
  shm_size,
  blkio,
  oom_kill_disable,
  oom_score_adj,
  sysctl,
  user,
  group_add,
  entrypoint,
  workdir,
  stop_signal,
  init,
  runtime,
  restart,
  remove,
  health_cmd,
  no_healthcheck,
  log_driver,
  log_opt,
  env,
  label,
  annotation,
  secret,
  lxc_conf,
};

// Who knows a flag, as bits; `old`: nobody any more, but old guides teach it.
enum Client : std::uint8_t { docker = 1, podman = 2, nerdctl = 4, old = 8 };

struct Flag {
  std::string_view name;  // without dashes
  char letter = '\0';
  bool takes_value = false;
  Setting setting = Setting::ignored;
  std::uint8_t clients = docker;
};

std::span<const Flag> all_flags();
// Null when no client has it.
const Flag* find_flag(std::string_view name);
const Flag* find_flag(char letter);

// Flags between `docker` and `run`: whether one takes a value. `name` without dashes, or one
// letter.
bool global_flag_takes_value(std::string_view name);

}  // namespace plimsoll::run_command
