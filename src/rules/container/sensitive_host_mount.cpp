#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::sensitive) return;
    findings
        .add(mount.at, concat(describe(spec, mount), ": ", exposure.why),
             mount.read_only ? "mount only the file or directory that it needs"
                             : "mount only the file or directory that it needs, with :ro")
        .severity = exposure.severity;
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
};

}  // namespace plimsoll::rules::container
