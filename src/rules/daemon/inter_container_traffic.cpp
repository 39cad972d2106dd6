#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!is_decided(daemon, daemon.icc) || !daemon.icc.value) return;
  if (daemon.bridge.value == "none") return;  // there is no default bridge to talk over
  findings
      .add(daemon.icc,
           concat("containers on the default bridge reach each other", by_default(daemon.icc)),
           "set \"icc\": false")
      .fix = unsafe_fix({change::set_daemon("icc", "false")});
}

}  // namespace

extern constinit const Rule inter_container_traffic = {
    .name = "inter-container-traffic",
    .title = "containers on the default bridge reach each other",
    .severity = Severity::medium,
    .topic = "network",
    .subjects = {Subject::daemon},
    .rationale =
        "Every container that names no network is put on the default bridge, where it can open "
        "connections to all others: whoever takes over one reaches what the others never meant to "
        "publish.",
    .remediation =
        "Set `\"icc\": false` in daemon.json, and put containers that belong together on a network "
        "of their own.",
    .limits =
        "Networks that users create are not concerned: containers on one of them reach each other "
        "whatever `icc` says. The setting needs the kernel to hand bridged packets to the firewall "
        "(`net.bridge.bridge-nf-call-iptables`).",
    .references = {guideline("S1", "Multi-tenancy Environments"), cis("2.2"), owasp("5")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
