// The machine that an engine runs on, as its own files and its kernel describe it.
//
// Facts that could not be read are nothing (nullopt), never an empty list: a rule that needs them
// then says that its question stays open. Places point into the texts that the facts were read
// from: /etc/group, /proc/self/mountinfo, or, for what is no text, into a line that was written of
// it (`-rw-r--r-- root root` for a file's owner and mode).
//
// Facts: passwd(5), group(5), subuid(5), proc(5), Documentation/admin-guide/sysctl and
// Documentation/ABI/testing/sysfs-devices-system-cpu of the kernel, auditctl(8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "subjects/engine_files.h"
#include "subjects/located.h"
#include "subjects/packet_filter.h"
#include "subjects/running_process.h"

namespace plimsoll {

struct ContainerSpec;
struct Daemon;

// A line of /etc/passwd.
struct UserAccount {
  std::string name;
  std::uint32_t id = 0;
  std::uint32_t group = 0;  // the primary one
  std::string shell = {};
  Location at = {};
};

// A line of /etc/group.
struct UserGroup {
  std::string name;
  std::uint32_t id = 0;
  std::vector<Located<std::string>> members;  // without those whose primary group it is
  Location at;
};

// A line of /etc/subuid or /etc/subgid: ids that a user may give to processes in its namespaces.
struct SubordinateRange {
  std::string owner;  // a user's name, or its number as it is written
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  Location at = {};
};

// A path as the host has it. Symlinks are followed.
struct HostFile {
  std::string path;
  // The same, without symlinks: what two names have in common is one file.
  std::string real_path;
  // Nothing: this user cannot tell. Kind `missing`: there is none.
  std::optional<FileStatus> status;
  std::string user;   // the owner's name, or the number of one without a name
  std::string group;  // likewise
  Location at;        // the line of its mode and owner; unknown when there is none
  bool exists() const { return status && status->kind != FileKind::missing; }
};

struct EngineHostFile : HostFile {
  EngineFile what = EngineFile::service_unit;
};

// A setting below /proc/sys, by its name in sysctl.conf: "kernel.kptr_restrict".
struct KernelSetting {
  std::string name;
  // Nothing: it cannot be read. Empty, with `absent`: this kernel does not have it.
  std::optional<std::string> value;
  bool absent = false;
  Location at;
};

// A file of /sys/devices/system/cpu/vulnerabilities: "spectre_v2", "Mitigation: Retpolines".
struct CpuVulnerability {
  std::string name;
  std::string state;
  Location at;
};

// A package of a kernel as dpkg and apt know it: "linux-image-amd64", "6.1.76-1".
struct KernelPackage {
  std::string name;
  std::string version;
  Location at;
};

// A socket that waits for somebody: of TCP a listening one, of UDP one that is bound to no peer.
struct Listener {
  bool udp = false;
  std::string address;  // "0.0.0.0", "::1"
  std::uint16_t port = 0;
  std::string process;  // its name, "sshd"; empty: not known
  Location at;
};

// A profile that AppArmor has loaded: "docker-default", "enforce".
struct AppArmorProfile {
  std::string name;
  std::string mode;
  Location at;
};

// Which of the kernel's security modules there is, and whether it acts.
enum class SelinuxMode : std::uint8_t { absent, permissive, enforcing };

// A rule of the kernel's audit that watches a path.
struct AuditWatch {
  std::string path;
  std::string real_path;  // as of HostFile
  bool whole_tree = false;
  std::string permissions;  // "rwxa"
  Location at;
};

struct AuditRules {
  Location at;  // the text of all
  bool enabled = true;
  std::vector<AuditWatch> watches;
};

struct Host {
  Location at;  // where what is absent is placed
  std::optional<std::vector<UserAccount>> users;
  std::optional<std::vector<UserGroup>> groups;
  // Empty where there is no such file.
  std::optional<std::vector<SubordinateRange>> subordinate_users;
  std::optional<std::vector<SubordinateRange>> subordinate_groups;

  // What was looked for: missing ones are in it, too, and of two names of one file the first.
  std::vector<EngineHostFile> engine_files;
  // The sources of the containers' bind mounts, each once.
  std::vector<HostFile> bind_sources;

  // Those that a rule wants, and those that a container sets.
  std::vector<KernelSetting> kernel_settings;
  // "none", "integrity", "confidentiality"; empty, with Layer::host: the kernel has no lockdown.
  std::optional<Located<std::string>> lockdown;
  std::optional<std::vector<Located<std::string>>> kernel_arguments;
  std::optional<std::vector<CpuVulnerability>> vulnerabilities;
  std::optional<std::vector<MountPoint>> mounts;

  std::optional<Located<std::string>> running_kernel;  // "6.1.0-18-amd64"
  Located<std::string> running_kernel_build;           // "#1 SMP … Debian 6.1.76-1 (2024-02-01)"
  // By the images that /boot and /lib/modules hold: "6.1.0-18-amd64". Empty where none was found.
  std::optional<std::vector<Located<std::string>>> installed_kernels;
  // Debian's packages of kernels: what is installed, and what the lists of the security archive
  // offer, as far as apt keeps them uncompressed.
  std::vector<KernelPackage> installed_kernel_packages;
  std::vector<KernelPackage> offered_kernel_packages;

  std::optional<std::vector<Listener>> listeners;
  bool listeners_have_processes = false;  // whether it could be asked whose they are

  std::optional<Located<bool>> apparmor;
  std::optional<std::vector<AppArmorProfile>> apparmor_profiles;
  std::optional<Located<SelinuxMode>> selinux;

  std::optional<AuditRules> audit_rules;
  std::string audit_rules_unread;  // why there are none: "the audit rules are root's to read"

  // UMASK of /etc/login.defs: "022".
  std::optional<Located<std::string>> umask;
  // The day of the last audit that a timer made, as it is written; empty and unknown: none.
  std::optional<Located<std::string>> last_audit;

  std::optional<PacketFilter> packet_filter;
  std::string packet_filter_unread;  // why there is none
  // The interfaces that default routes lead out through, or, where there are no such routes, those
  // of all routes but the ones to containers.
  std::optional<std::vector<std::string>> outside_interfaces;
  // Those that have an IPv6 address which counts beyond their own segment.
  std::optional<std::vector<std::string>> ipv6_interfaces;

  // What runs on it, as far as the audit asked; null and empty otherwise. They outlive the Host.
  const Daemon* daemon = nullptr;
  std::string daemon_unread;  // why it is null: "the engine was not asked (--only host)"
  std::vector<const ContainerSpec*> containers;
  std::string containers_unread;  // why they are not known; empty: these are all

  const KernelSetting* kernel_setting(std::string_view name) const;
  const HostFile* bind_source(std::string_view path) const;
  // The mount that a path without symlinks lies on, or null.
  const MountPoint* mount_of(std::string_view path) const;
};

}  // namespace plimsoll
