#include "rules/support/capabilities.h"

#include <array>

#include "base/text.h"
#include "rules/support/users.h"

namespace plimsoll::rules {
namespace {

struct Capability {
  std::string_view name;
  bool by_default = false;
  CapabilityDanger danger = {};
};

// In the order of their numbers (linux/capability.h). `high`: a known way to the host, or to what
// every other container holds. `medium`: power over the machine or its network, but no known way
// out by itself.
constexpr std::array<Capability, 41> capabilities{{
    {"CHOWN", true},
    {"DAC_OVERRIDE", true},
    {"DAC_READ_SEARCH", false, {Severity::high, "opens any file of the host by its handle"}},
    {"FOWNER", true},
    {"FSETID", true},
    {"KILL", true},
    {"SETGID", true},
    {"SETUID", true},
    {"SETPCAP", true},
    {"LINUX_IMMUTABLE",
     false,
     {Severity::medium, "changes the immutable and append-only marks of files"}},
    {"NET_BIND_SERVICE", true},
    {"NET_BROADCAST", false},
    {"NET_ADMIN", false, {Severity::high, "reconfigures network interfaces, routes and firewalls"}},
    {"NET_RAW", true},
    {"IPC_LOCK", false},
    {"IPC_OWNER",
     false,
     {Severity::medium, "ignores the permissions of shared memory and message queues"}},
    {"SYS_MODULE", false, {Severity::high, "loads code into the host's kernel"}},
    {"SYS_RAWIO", false, {Severity::high, "reaches the machine's I/O ports and raw memory"}},
    {"SYS_CHROOT", true},
    {"SYS_PTRACE", false, {Severity::high, "reads and changes the memory of other processes"}},
    {"SYS_PACCT", false, {Severity::medium, "switches process accounting on and off"}},
    {"SYS_ADMIN",
     false,
     {Severity::high, "mounts file systems and is near to being root on the host"}},
    {"SYS_BOOT", false, {Severity::medium, "restarts the machine or loads another kernel"}},
    {"SYS_NICE", false},
    {"SYS_RESOURCE", false, {Severity::medium, "lifts resource limits and disk quotas"}},
    {"SYS_TIME", false, {Severity::medium, "sets the clock of the whole machine"}},
    {"SYS_TTY_CONFIG", false, {Severity::medium, "controls the host's terminals"}},
    {"MKNOD", true},
    {"LEASE", false},
    {"AUDIT_WRITE", true},
    {"AUDIT_CONTROL", false, {Severity::high, "switches the host's audit off"}},
    {"SETFCAP", true},
    {"MAC_OVERRIDE", false, {Severity::high, "overrides mandatory access control"}},
    {"MAC_ADMIN", false, {Severity::high, "changes the policy of mandatory access control"}},
    {"SYSLOG", false, {Severity::medium, "reads the kernel's log and its addresses"}},
    {"WAKE_ALARM", false},
    {"BLOCK_SUSPEND", false},
    {"AUDIT_READ", false, {Severity::medium, "reads the host's audit log"}},
    {"PERFMON", false, {Severity::high, "observes the kernel and every process"}},
    {"BPF", false, {Severity::high, "loads programs into the host's kernel"}},
    {"CHECKPOINT_RESTORE",
     false,
     {Severity::medium, "sets process numbers and opens the files that other processes map"}},
}};

constexpr CapabilitySet every_capability = (CapabilitySet{1} << capabilities.size()) - 1;

consteval CapabilitySet default_set() {
  CapabilitySet set = 0;
  for (std::size_t i = 0; i < capabilities.size(); ++i) {
    if (capabilities[i].by_default) set |= CapabilitySet{1} << i;
  }
  return set;
}

const Capability* find(std::string_view name) {
  for (const Capability& capability : capabilities) {
    if (equal_ignoring_case(capability.name, name)) return &capability;
  }
  return nullptr;
}

std::string_view without_prefix(std::string_view written) {
  constexpr std::string_view prefix = "CAP_";
  const bool prefixed = equal_ignoring_case(written.substr(0, prefix.size()), prefix);
  return prefixed ? written.substr(prefix.size()) : written;
}

}  // namespace

const CapabilitySet default_capabilities = default_set();

std::string_view capability_name(std::string_view written) {
  const std::string_view name = without_prefix(trim(written));
  if (equal_ignoring_case(name, "ALL")) return "ALL";
  const Capability* capability = find(name);
  return capability == nullptr ? std::string_view() : capability->name;
}

CapabilitySet capability_bit(std::string_view name) {
  if (name == "ALL") return every_capability;
  const Capability* capability = name.empty() ? nullptr : find(name);
  return capability == nullptr ? 0 : CapabilitySet{1} << (capability - capabilities.data());
}

CapabilityDanger danger_of_capability(std::string_view name) {
  if (name == "ALL") return {Severity::high, "every capability there is"};
  const Capability* capability = find(name);
  return capability == nullptr ? CapabilityDanger{} : capability->danger;
}

ContainerCapabilities container_capabilities(const ContainerSpec& spec) {
  ContainerCapabilities result;
  result.known = !spec.options_unresolved;
  CapabilitySet asked_for = 0;
  for (const Located<std::string>& entry : spec.cap_add) {
    if (entry.unresolved) result.known = false;
    const std::string_view name = capability_name(entry.value);
    if (name == "ALL") result.adds_all = true;
    if (name != "ALL") asked_for |= capability_bit(name);
    result.added |= capability_bit(name);
  }
  for (const Located<std::string>& entry : spec.cap_drop) {
    if (entry.unresolved) result.known = false;
    const std::string_view name = capability_name(entry.value);
    if (name == "ALL") result.drops_all = true;
    result.dropped |= capability_bit(name);
  }
  if (result.adds_all) {
    result.kept = default_capabilities;
  } else {
    result.kept = default_capabilities & ~result.dropped & ~asked_for;
  }
  return result;
}

std::string names_of(CapabilitySet set) {
  std::string names;
  for (std::size_t i = 0; i < capabilities.size(); ++i) {
    if ((set >> i & 1) == 0) continue;
    if (!names.empty()) names += ", ";
    names += capabilities[i].name;
  }
  return names;
}

bool never_root(const ContainerSpec& spec) {
  if (spec.user.unresolved || spec.user.value.empty()) return false;
  if (is_root(spec.user.value) || user_part(spec.user.value).empty()) return false;
  return spec.no_new_privileges.value && !spec.no_new_privileges.unresolved;
}

}  // namespace plimsoll::rules
