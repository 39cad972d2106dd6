#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!spec.privileged.value && spec.systempaths_unconfined.value &&
      !spec.systempaths_unconfined.unresolved) {
    const Change removal = change::remove(spec.systempaths_unconfined.at);
    findings
        .add(spec.systempaths_unconfined,
             concat(spec.label(),
                    " may change the kernel's settings: no path of /proc and /sys is "
                    "masked or read-only"),
             "remove systempaths=unconfined")
        .fix = unsafe_fix({removal});
  }
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::kernel) return;
    Finding& finding = findings.add(
        mount.at, concat(describe(spec, mount), " writable: ", exposure.why),
        "remove the mount, or add :ro; use sysctls for the container's own parameters");
    finding.severity = exposure.severity;
    // The container keeps the path that the engine gives it, read-only. What volumes_from copies is
    // another service's.
    if (mount.from == nullptr) finding.fix = unsafe_fix({change::remove(mount.mount->at)});
  });
}

}  // namespace

extern constinit const Rule kernel_paths_writable = {
    .name = "kernel-paths-writable",
    .title = "kernel settings can be changed from the container",
    .severity = Severity::high,
    .topic = "filesystem",
    .subjects = {Subject::container},
    .rationale =
        "The engine hides some files of /proc and /sys and makes others read-only, because "
        "writing to /proc/sys, /proc/sysrq-trigger or /sys changes the whole machine: it can "
        "restart it, or have the kernel run a program of the intruder as root.",
    .remediation =
        "Remove `systempaths=unconfined` and the mount. Set kernel parameters of the "
        "container's own namespaces with `sysctls`.",
    .limits =
        "/proc and /sys as a whole are reported by `sensitive-host-mount`, whatever their "
        "mode. Remounting needs SYS_ADMIN, which `dangerous-capability` reports. A privileged "
        "container has all of this: `privileged` says so. A list of masked paths that is "
        "shorter than the default one, but not empty, is not judged.",
    .references = {guideline("S1", "Mount Points")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
