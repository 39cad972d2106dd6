#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!daemon.is_audited()) return;
  if (daemon.is_rootless()) {
    // Without control groups version 2 a rootless engine limits nothing.
    const bool limits_nothing = daemon.engine && daemon.engine->cgroup_driver.value == "none";
    if (limits_nothing) {
      findings.add(daemon.engine->cgroup_driver,
                   "this rootless engine cannot limit memory, CPUs or processes: it has no control "
                   "groups",
                   "boot the host with control groups version 2, and let systemd delegate them");
    }
    return;
  }
  if (!daemon.engine && !daemon.flags_seen) return;
  findings.add(Location{}, "the engine runs as root",
               "run it rootless where its limits allow: dockerd-rootless-setuptool.sh install");
}

}  // namespace

extern constinit const Rule rootful_daemon = {
    .name = "rootful-daemon",
    .title = "the engine runs as root",
    .severity = Severity::info,
    .topic = "daemon",
    .subjects = {Subject::daemon},
    .rationale =
        "A flaw of the engine, or a container that gets out of its walls, is root on the host. A "
        "rootless engine runs all of it as an ordinary user.",
    .remediation =
        "Install the engine rootless for the user that needs it (`dockerd-rootless-setuptool.sh "
        "install`) where its limits allow: no ports below 1024 and no host networks without help, "
        "limits of resources only with control groups version 2.",
    .limits =
        "Whether the containers of this host could run under a rootless engine is for a person to "
        "say. Settings of a rootless engine stand in `~/.config/docker/daemon.json`, its data in "
        "`~/.local/share/docker`, its socket in `$XDG_RUNTIME_DIR`.",
    .references = {guideline("S4", "The Docker daemon (dockerd)"), cis("2.1"), owasp("11")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
