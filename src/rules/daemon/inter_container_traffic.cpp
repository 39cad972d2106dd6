#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void report(const Located<bool>& icc, std::string_view manner, Findings& findings) {
  findings
      .add(icc, concat("containers on the default bridge reach each other", manner),
           "set \"icc\": false")
      .fix = unsafe_fix({change::set_daemon("icc", "false")});
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  const bool asked = daemon.engine && daemon.engine->networks;
  if (asked && !daemon.engine->networks->has_default_bridge) {
    return findings.not_applicable("the engine has no default bridge");
  }
  if (is_decided(daemon, daemon.icc)) {
    if (daemon.bridge.value == "none") return;  // there is no default bridge to talk over
    if (daemon.icc.value) report(daemon.icc, by_default(daemon, daemon.icc), findings);
    return;
  }
  // An engine whose start was not seen knows how it made its bridge.
  if (asked && daemon.engine->networks->icc.written()) {
    if (daemon.engine->networks->icc.value) report(daemon.engine->networks->icc, "", findings);
    return;
  }
  is_known(daemon, daemon.icc, findings);
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
