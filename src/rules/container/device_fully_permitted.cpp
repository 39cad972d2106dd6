#include <optional>
#include <string>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"

namespace plimsoll::rules::container {
namespace {

bool is_path(std::string_view device) {
  return device.starts_with('/');
}

// Devices that programs read: what is written to them, if anything, is not a container's to write.
bool is_only_read(std::string_view device) {
  return is_one_of(device, {"/dev/kmsg", "/dev/hwrng"});
}

// The device as written, without the rights that it does not need; nothing where none would be
// left.
std::optional<Change> with_least_rights(const Device& device) {
  std::string rights = device.permissions;
  std::erase(rights, 'm');
  if (is_only_read(normal_host_path(device.host_path)) && rights.contains('r')) rights = "r";
  if (rights.empty()) return std::nullopt;
  std::string_view text = device.at.text();
  if (text.contains("source:")) return change::set_in(device.at, "permissions", rights);
  if (text.size() > 1 && (text.front() == '"' || text.front() == '\'')) {
    text = text.substr(1, text.size() - 2);
  }
  if (device.permissions_written) text = text.substr(0, text.rfind(':'));
  if (!text.contains(':')) return change::rewrite(device.at, concat(text, ":", text, ":", rights));
  return change::rewrite(device.at, concat(text, ":", rights));
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value) return;
  for (const Device& device : spec.devices) {
    if (device.unresolved || !is_path(device.host_path)) continue;
    if (device.permissions.find('m') == std::string::npos) continue;
    const HostExposure exposure = judge_device(normal_host_path(device.host_path));
    // A device that should not be there at all is host-device-exposed's to tell.
    if (exposure.area != HostArea::device || exposure.severity >= Severity::high) continue;
    Finding& finding = findings.add(
        device.at,
        concat(spec.label(), " may read, write and make nodes of ", device.host_path,
               device.permissions_written ? "" : ": no permissions are given"),
        concat("map it as ", device.host_path, ":",
               device.container_path.empty() ? device.host_path : device.container_path,
               is_only_read(normal_host_path(device.host_path)) ? ":r"
                                                                : ":rw, or :r if it is only read"));
    if (const std::optional<Change> change = with_least_rights(device)) {
      finding.fix = unsafe_fix({*change});
    }
  }
  for (const Located<std::string>& rule : spec.device_cgroup_rules) {
    const std::string_view text = trim(rule.value);
    const bool wide = text.find(":*") != std::string_view::npos;
    const bool reported_elsewhere =
        !text.starts_with('c') || text.find("*:") != std::string_view::npos;
    if (rule.unresolved || reported_elsewhere || !wide) continue;
    findings.add(
        rule, concat(spec.label(), " may use a whole class of devices: device rule \"", text, "\""),
        "name the minor number of the one device that it needs");
  }
}

}  // namespace

extern constinit const Rule device_fully_permitted = {
    .name = "device-fully-permitted",
    .title = "a device has more rights than it needs",
    .severity = Severity::medium,
    .topic = "devices",
    .subjects = {Subject::container},
    .rationale =
        "A device that is mapped without permissions gets all three: reading, writing and "
        "making new nodes for it. Programs that read a sensor or play a sound do not need to "
        "make device nodes, and many need not write.",
    .remediation =
        "Write the permissions after the device: `/dev/snd:/dev/snd:rw`, or `r` where it is "
        "only read. In device rules, name the minor number and leave `m` out.",
    .limits =
        "Whether the program writes to the device is not known: `rw` is taken for needed, but of "
        "`/dev/kmsg` and `/dev/hwrng`, which are read. Which "
        "device of a class a rule is for is not known either, and left to a person. "
        "A disk and others that should not be mapped at all, and rules for all devices or for "
        "block devices are reported by `host-device-exposed`. A "
        "privileged container has every right to every device: `privileged` says so.",
    .references = {guideline("S1", "Devices control group (/dev/*)"),
                   guideline("S2", "Privileged capabilities and shared resources")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
