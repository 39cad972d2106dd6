#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

void judge(const Located<std::string>& ip, std::string_view manner, Findings& findings) {
  if (!is_one_of(ip.value, {"0.0.0.0", "::", ""})) return;
  findings
      .add(ip,
           concat("a port without an address is published on all addresses of the host", manner),
           "set \"ip\": \"127.0.0.1\"")
      .fix = unsafe_fix({change::set_daemon("ip", "\"127.0.0.1\"")});
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  const bool asked = daemon.engine && daemon.engine->networks;
  if (asked && !daemon.engine->networks->has_default_bridge) {
    return findings.not_applicable("the engine has no default bridge");
  }
  if (is_decided(daemon, daemon.ip))
    return judge(daemon.ip, by_default(daemon, daemon.ip), findings);
  // An engine whose start was not seen knows how it made its bridge.
  if (asked && daemon.engine->networks->ip.written()) {
    return judge(daemon.engine->networks->ip, "", findings);
  }
  is_known(daemon, daemon.ip, findings);
}

}  // namespace

extern constinit const Rule publishes_on_all_interfaces_by_default = {
    .name = "publishes-on-all-interfaces-by-default",
    .title = "ports are published on all addresses by default",
    .severity = Severity::medium,
    .topic = "network",
    .subjects = {Subject::daemon},
    .rationale =
        "`-p 5432:5432` then opens the port to everybody who reaches the host, past the host's "
        "firewall, since the engine's rules come before it.",
    .remediation =
        "Set `\"ip\": \"127.0.0.1\"`; what is meant for others names its address: "
        "`-p 0.0.0.0:443:443`.",
    .limits =
        "Only the default bridge takes this address: networks that users create have an option of "
        "their own (`com.docker.network.bridge.host_binding_ipv4`), which daemon.json can give all "
        "of them with `default-network-opts`; that is not looked at. A port that names its address "
        "is not concerned.",
    .references = {guideline("S4", "Ports")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
