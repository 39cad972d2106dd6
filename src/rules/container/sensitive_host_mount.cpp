#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"
#include "rules/support/read_only_mount.h"

namespace plimsoll::rules::container {
namespace {

// What containers are given to be read, and never write. What else a program needs of the host is a
// person's to say.
constexpr auto only_read = std::to_array<std::string_view>(
    {"/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo", "/etc/hostname", "/etc/hosts",
     "/etc/machine-id", "/etc/os-release", "/etc/passwd", "/etc/group", "/etc/ca-certificates",
     "/etc/ssl/certs", "/etc/pki/ca-trust", "/etc/pki/tls/certs", "/usr/share/ca-certificates",
     "/usr/lib/modules"});

Fix fix_for(const HostMount& mount) {
  HostMount reading = mount;
  reading.read_only = true;
  const bool is_read = std::ranges::any_of(
      only_read, [&](std::string_view path) { return same_or_below(mount.path, path); });
  // Where the finding would stay, the mount itself is the fault.
  if (!is_read || mount.from != nullptr || judge(reading).area != HostArea::ordinary) return {};
  std::optional<Change> change = read_only_mount(*mount.mount);
  return change ? unsafe_fix({std::move(*change)}) : Fix{};
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::sensitive) return;
    Finding& finding =
        findings.add(mount.at, concat(describe(spec, mount), ": ", exposure.why),
                     mount.read_only ? "mount only the file or directory that it needs"
                                     : "mount only the file or directory that it needs, with :ro");
    finding.severity = exposure.severity;
    if (!mount.read_only) finding.fix = fix_for(mount);
  });
}

}  // namespace

extern constinit const Rule sensitive_host_mount = {
    .name = "sensitive-host-mount",
    .title = "a sensitive directory of the host is mounted",
    .severity = Severity::critical,
    .topic = "filesystem",
    .subjects = {Subject::container, Subject::image},
    .rationale =
        "A container that can write to the host's /etc, /usr, /boot or a user's home runs "
        "code on the host at the next login, boot or timer; one that reads them holds its "
        "keys and password hashes. The kernel does not stop it: the mount is the permission.",
    .remediation =
        "Mount only the directory or file that the program needs, read-only where it is only "
        "read. Copy configuration into the project instead of mounting the host's.",
    .limits =
        "Files that hold nothing worth stealing (time zone, host name, certificate "
        "authorities, kernel modules, logs) may be mounted read-only and are not reported. "
        "Read-only mounts are otherwise reported as milder than writable ones; before engine "
        "25, and on kernels before 5.12, directories mounted below a read-only bind stay "
        "writable. The host's own symlinks are not seen. `volumes_from` is followed among the "
        "services of a project only. Volumes that are created elsewhere (`external`) are "
        "unknown. The engine's socket and its directories are reported by "
        "`docker-socket-mounted`, devices by `host-device-exposed`, writable kernel settings "
        "by `kernel-paths-writable`.",
    .references = {guideline("S1", "Mount Points"),
                   guideline("S2", "Privileged capabilities and shared resources"),
                   guideline("S4", "The Docker daemon"), cis("5.6")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
