#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/scratch_space.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.read_only.value || spec.read_only.unresolved || spec.options_unresolved) return;
  if (!runs_container(spec)) return;
  for (const Located<std::string>& option : spec.storage_opt) {
    if (option.unresolved || option.value.starts_with("size=")) return;
  }
  findings
      .add(Location{},
           concat(spec.label(), " may fill the disk: its root file system has no size limit"),
           "set read_only: true, or storage_opt: {size: 10G} where the driver has quotas")
      .fix = read_only_fix(spec);
}

}  // namespace

extern constinit const Rule no_storage_limit = {
    .name = "no-storage-limit",
    .title = "the container's layer has no size limit",
    .severity = Severity::low,
    .topic = "resources",
    .subjects = {Subject::daemon, Subject::container},
    .rationale =
        "A container that writes without bound fills the engine's disk, and then every other "
        "container on the host fails with it.",
    .remediation =
        "Make the root file system read-only and give writable places a bounded tmpfs; or set "
        "`storage_opt: {size: 10G}` where the storage driver has quotas.",
    .limits =
        "A size works only where the storage driver has quotas (overlay2 on XFS with pquota, "
        "btrfs, zfs); elsewhere the engine refuses to start the container. A quota that the "
        "daemon sets for all containers is not seen. A read-only root file system has nothing "
        "to bound and is not reported. So the fix makes it read-only, as that of "
        "`writable-root-filesystem` does; a size is for whoever knows the storage driver.",
    .references = {guideline("S1", "cgroups: storage usage")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
