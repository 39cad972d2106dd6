// What the kernel says of a running container's main process. It wins over the configuration:
// that says what was asked for, the kernel what came of it.
//
// Places point into /proc/PID/status and its neighbours. What could not be read is not written
// (Located::written()), and nothing about it is concluded.
//
// Facts: proc(5); moby daemon/oci_linux.go; opencontainers/runtime-spec config-linux.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "subjects/located.h"

namespace plimsoll {

struct ContainerSpec;

// A line of /proc/PID/mountinfo: a mount as the process sees it.
struct MountPoint {
  std::string root;    // which part of the file system is mounted: "/", "/var/lib/…/_data"
  std::string target;  // where
  std::vector<std::string> options;              // of this mount: "ro", "nosuid", "relatime"
  bool shared = false;                           // mounts made below it are seen elsewhere, too
  std::string file_system;                       // "overlay", "tmpfs", "ext4"
  std::string source;                            // "/dev/sda1", "overlay"
  std::vector<std::string> file_system_options;  // "ro", "size=65536k", "upperdir=…"
  Location at;

  bool has_option(std::string_view name) const;
};

// A line of /proc/PID/uid_map.
struct IdMapping {
  std::uint32_t inside = 0;
  std::uint32_t outside = 0;
  std::uint32_t count = 0;
};

struct RunningProcess {
  std::int64_t id = 0;  // as the host counts
  // In force, as the host counts.
  Located<std::uint32_t> user;
  Located<std::uint32_t> group;
  std::vector<std::uint32_t> other_groups;
  Located<std::string> umask;  // "0022"
  Located<bool> no_new_privileges;
  Located<std::int64_t> seccomp;  // 0: off, 1: strict, 2: a filter
  // Bits by capability number (linux/capability.h).
  Located<std::uint64_t> bounding_capabilities;
  Located<std::uint64_t> effective_capabilities;
  Located<std::string> lsm_label;  // /proc/PID/attr/current: "docker-default (enforce)"
  Located<std::vector<IdMapping>> user_ids;
  std::optional<std::vector<MountPoint>> mounts;
  // Limits of its control group: bytes, billionths of a processor, processes; 0: none.
  Located<std::int64_t> memory_limit;
  Located<std::int64_t> nano_cpus;
  Located<std::int64_t> pids_limit;
  // The smallest of the groups above it, which it shares with all that is in them.
  Located<std::int64_t> shared_memory_limit;
  Located<std::int64_t> shared_nano_cpus;
  Located<std::int64_t> shared_pids_limit;
  Located<bool> apparmor;  // whether the kernel has AppArmor switched on
};

// Lays what the kernel says over what the configuration says, where they differ. What is so laid
// over has Layer::kernel.
void apply(const RunningProcess& process, ContainerSpec& spec);

}  // namespace plimsoll
