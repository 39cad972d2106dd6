// Any text as each of a host's files, and as its audit rules: every place that comes out stands in
// the text it is said to stand in.
#include "readers/host/host_reader.h"

#include <array>
#include <cstdlib>

using namespace plimsoll;

namespace {

void require_inside(const Location& at) {
  if (!at.known()) return;
  if (at.span.begin > at.span.end || at.span.end > at.source->text().size()) std::abort();
}

template <class Item>
void require_all_inside(const std::optional<std::vector<Item>>& items) {
  if (!items) return;
  for (const Item& item : *items) require_inside(item.at);
}

constexpr auto paths = std::to_array<const char*>({
    "/etc/passwd",
    "/etc/group",
    "/etc/subuid",
    "/etc/login.defs",
    "/proc/1/mountinfo",
    "/proc/net/tcp",
    "/proc/net/udp6",
    "/proc/cmdline",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/kptr_restrict",
    "/sys/kernel/security/lockdown",
    "/sys/kernel/security/apparmor/profiles",
    "/sys/fs/selinux/enforce",
    "/sys/devices/system/cpu/vulnerabilities/mds",
    "/var/lib/dpkg/status",
    "/var/lib/apt/lists/a-security_Packages",
    "/var/lib/plimsoll/last-audit",
});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  MemoryFiles files;
  for (const char* path : paths) files.add(path, text);
  Sources sources;
  const Reading<Host> reading = read_host(files, sources, {.audit_rules = text});
  const Host& host = reading.value;
  require_all_inside(host.users);
  require_all_inside(host.groups);
  require_all_inside(host.subordinate_users);
  require_all_inside(host.mounts);
  require_all_inside(host.listeners);
  require_all_inside(host.kernel_arguments);
  require_all_inside(host.vulnerabilities);
  require_all_inside(host.installed_kernels);
  require_all_inside(host.apparmor_profiles);
  for (const KernelSetting& setting : host.kernel_settings) require_inside(setting.at);
  for (const KernelPackage& package : host.installed_kernel_packages) require_inside(package.at);
  for (const KernelPackage& package : host.offered_kernel_packages) require_inside(package.at);
  if (host.lockdown) require_inside(host.lockdown->at);
  if (host.umask) require_inside(host.umask->at);
  for (const AuditWatch& watch : host.audit_rules->watches) require_inside(watch.at);
  for (const Error& error : reading.errors) require_inside(error.at);
  if (host.mounts) host.mount_of(text);
  return 0;
}
