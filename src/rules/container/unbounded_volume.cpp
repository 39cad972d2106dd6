#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_mounts.h"

namespace plimsoll::rules::container {
namespace {

// Options that bound a volume: a size, a device of its own, or a remote file system.
bool bounded(const Mount& mount) {
  if (!option_value(mount.driver_options, "size").empty()) return true;
  for (const std::string_view option : split(option_value(mount.driver_options, "o"), ',')) {
    if (option.starts_with("size=")) return true;
  }
  const std::string_view type = option_value(mount.driver_options, "type");
  return !type.empty() && type != "none";
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const Mount& mount : spec.mounts) {
    if (mount.type != Mount::Type::volume || mount.source.empty()) continue;
    if (mount.unresolved || mount.external || mount.from_image || mount.read_only) continue;
    if (!mount.driver.empty() && mount.driver != "local") continue;
    // A volume that binds a directory is bounded or not as that directory is.
    if (!host_mount(mount).path.empty() || bounded(mount) || !first_to_mount(spec, mount)) continue;
    findings.add(mount.at,
                 concat("volume \"", mount.source, "\" of ", spec.label(), " has no size limit"),
                 spec.surface == Surface::run_line
                     ? "create it with --opt size=10G, or on a partition of its own"
                     : "give it driver_opts: {size: 10G}, or a partition of its own");
  }
}

}  // namespace

extern constinit const Rule unbounded_volume = {
    .name = "unbounded-volume",
    .title = "a volume has no size limit",
    .severity = Severity::low,
    .topic = "filesystem",
    .subjects = {Subject::container},
    .rationale =
        "A volume lies on the engine's disk. One that grows without bound, by a fault or an "
        "attack, fills it, and then every container on the host fails.",
    .remediation =
        "Give the volume a size (`driver_opts: {size: 10G}`, on XFS with project quotas), a "
        "partition of its own (`driver_opts: {type: ext4, device: /dev/…}`), or a driver that "
        "bounds it.",
    .limits =
        "Whether the engine's data directory or the volume's directory is a partition of its "
        "own is a matter of the host and not seen. Only named volumes of the local driver are "
        "judged, once for each volume; external ones, those of other drivers, anonymous ones "
        "and bind mounts are unknown. In a project, a volume that many services share is told "
        "once as long as no more than a thousand mounts stand before it.",
    .references = {guideline("S1", "cgroups: storage usage"),
                   guideline("S2", "Using the file system to store persistent data"), cis("1.1.1")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
