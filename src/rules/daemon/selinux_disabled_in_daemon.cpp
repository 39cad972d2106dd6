#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  // Whether there is SELinux to speak of is known of a machine alone.
  if (!daemon.is_audited() || !has_dockerd(daemon, findings)) return;
  if (daemon.selinux_enabled.value) return;
  if (daemon.engine && daemon.engine->security_option("selinux") != nullptr) return;
  if (!daemon.host_has_selinux) {
    return findings.open("whether the host has SELinux was not seen");
  }
  if (!*daemon.host_has_selinux) return findings.not_applicable("the host runs without SELinux");
  const bool answered = daemon.engine && daemon.engine->info_seen;
  if (!answered && !is_known(daemon, daemon.selinux_enabled, findings)) return;
  findings
      .add(daemon.selinux_enabled,
           "the host has SELinux, but the engine does not label its containers",
           "set \"selinux-enabled\": true")
      .fix = unsafe_fix({change::set_daemon("selinux-enabled", "true")});
}

}  // namespace

extern constinit const Rule selinux_disabled_in_daemon = {
    .name = "selinux-disabled-in-daemon",
    .title = "the engine does not use the host's SELinux",
    .severity = Severity::medium,
    .topic = "lsm",
    .subjects = {Subject::daemon},
    .rationale =
        "With labels of their own containers cannot touch the files of the host, nor those of "
        "other containers, even as root and after a flaw of the engine. Without "
        "`selinux-enabled` they all run unconfined in the engine's domain.",
    .remediation =
        "Install the policy (`container-selinux`), set `\"selinux-enabled\": true`, and label what "
        "is mounted (`:z`, `:Z`).",
    .limits =
        "A host that runs with AppArmor instead is not concerned. Whether the policy enforces or "
        "only warns, and what it allows, is not looked at. A daemon.json alone does not say "
        "whether there is SELinux, so it is not reported.",
    .references = {guideline("S1", "SELinux or AppArmor")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
