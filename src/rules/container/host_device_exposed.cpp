#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"
#include "rules/support/image_privileges.h"

namespace plimsoll::rules::container {
namespace {

bool declared(const Policy& policy, std::string_view path) {
  for (const std::string& device : policy.declared_devices) {
    if (normal_host_path(device) == path) return true;
  }
  return false;
}

void judge_rule(const ContainerSpec& spec, const Located<std::string>& rule, Findings& findings) {
  // "c 81:* rwm": the type, major:minor, the permissions. All devices, or all block devices of a
  // driver, are the host's disks too: a container may make the node by itself, with its default
  // capabilities.
  const std::string_view text = trim(rule.value);
  const bool every = text.starts_with('a') || text.find("*:") != std::string_view::npos;
  const bool disks = text.starts_with('b');
  if (!every && !disks) return;
  findings.add(rule,
               concat(spec.label(), " may use ", every ? "every device" : "block devices",
                      " of the host: device rule \"", text, "\""),
               "remove the device rule and map the one device it is for");
}

void check(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  if (spec.privileged.value) return;
  for (const Device& device : spec.devices) {
    if (device.unresolved) continue;
    const std::string path = normal_host_path(device.host_path);
    const HostExposure exposure = judge_device(path);
    if (exposure.area != HostArea::device || declared(policy, path)) continue;
    const Change removal = change::remove(device.at);
    const bool is_ordinary = exposure.severity == Severity::low;
    const bool is_purpose = is_made_for(spec, path);
    Finding& finding = findings.add(
        device.at, concat(spec.label(), " gets ", device.host_path, ": ", exposure.why),
        is_ordinary  ? "remove the device, or declare it in the policy"
        : is_purpose ? "its image is made to read it: allow it with that reason"
                     : "remove the device");
    finding.severity = exposure.severity;
    // An ordinary device is most likely what the container is for.
    if (!is_ordinary && !is_purpose) finding.fix = unsafe_fix({removal});
  }
  for (const Located<std::string>& rule : spec.device_cgroup_rules) {
    if (!rule.unresolved) judge_rule(spec, rule, findings);
  }
  for_each_host_mount(spec, [&](const HostMount& mount) {
    const HostExposure exposure = judge(mount);
    if (exposure.area != HostArea::device || declared(policy, mount.path)) return;
    findings
        .add(mount.at, concat(describe(spec, mount), ": ", exposure.why),
             "map the device with devices and the permissions it needs, not as a mount")
        .severity = exposure.severity;
  });
}

}  // namespace

extern constinit const Rule host_device_exposed = {
    .name = "host-device-exposed",
    .title = "a device of the host is inside a container",
    .severity = Severity::high,
    .topic = "devices",
    .subjects = {Subject::container},
    .rationale =
        "A device is a way past the file system: a whole disk holds every file of the host, "
        "/dev/mem its memory, an input device what its users type. The kernel's drivers "
        "behind it are one more thing to attack.",
    .remediation =
        "Map only the devices that the program needs, each by its own name with `devices`, "
        "never /dev and never by a bind mount; declare them in the policy.",
    .limits =
        "What a device is good for is told from its name. Ordinary devices that the policy "
        "does not declare are reported as low, and a person decides: the container is probably for "
        "them. So it is with mounts and device rules, which do not say which one device is needed. "
        "GPUs and other devices that a runtime hands "
        "out (`gpus`, CDI names) are left alone. /dev/log, /dev/null and the like are no "
        "devices of the host. A bind mount of /dev as a whole is reported by "
        "`sensitive-host-mount`. A privileged container has every device: `privileged` says "
        "so.",
    .references = {guideline("S1", "Devices control group (/dev/*)"),
                   guideline("S2", "Privileged capabilities and shared resources"), cis("5.18")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
