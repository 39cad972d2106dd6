#include <algorithm>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/scratch_space.h"
#include "rules/support/services.h"
#include "subjects/daemon.h"

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

// Drivers and options that bound every container: devicemapper always does.
bool bounds_containers(const Daemon& daemon, std::string_view driver) {
  if (driver == "devicemapper") return true;
  return std::ranges::any_of(daemon.storage_opts, [](const Located<std::string>& option) {
    return option.value.starts_with("overlay2.size=") || option.value.starts_with("size=") ||
           option.value.starts_with("dm.basesize=");
  });
}

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  // What a bound needs, a driver and a file system with quotas, stands in no file.
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  if (!daemon.engine || !daemon.engine->storage_driver.written()) {
    return findings.open("which storage driver the engine uses was not seen");
  }
  const Located<std::string>& driver = daemon.engine->storage_driver;
  if (bounds_containers(daemon, driver.value)) return;
  const std::string& filesystem = daemon.engine->backing_filesystem.value;
  // What vfs lies on the engine does not say.
  const bool knows_quotas = is_one_of(driver.value, {"btrfs", "zfs", "windowsfilter", "vfs"}) ||
                            (driver.value == "overlay2" && filesystem == "xfs");
  if (!knows_quotas) {
    findings.add(
        driver,
        concat("no container's layer can be bounded: ", driver.value,
               filesystem.empty() ? std::string() : concat(" on ", filesystem), " has no quotas"),
        "use overlay2 on XFS mounted with pquota, or read-only containers");
    return;
  }
  if (!is_known(daemon, daemon.storage_opts, findings)) return;
  findings.add(driver,
               concat("containers that name no size may fill the disk: ", driver.value,
                      " was given none for all"),
               driver.value == "overlay2" ? "set \"storage-opts\": [\"overlay2.size=10G\"]"
                                          : "give each container a size: --storage-opt size=10G");
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
        "daemon sets for all containers is not seen with a container's file. For an engine no fix "
        "is offered: with a size, but without quotas, it does not start. A read-only root file "
        "system has nothing "
        "to bound and is not reported. So the fix makes it read-only, as that of "
        "`writable-root-filesystem` does; a size is for whoever knows the storage driver.",
    .references = {guideline("S1", "cgroups: storage usage")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
