#include <algorithm>

#include "base/json_writer.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

// The list without its TCP addresses, in JSON. What is left empty would mean the default, which is
// the UNIX socket; it is written all the same, so that nobody has to know that.
std::string without_tcp(const LocatedTexts& hosts) {
  std::string list = "[";
  for (const Located<std::string>& host : hosts) {
    if (listens_on_tcp(host)) continue;
    if (list.size() > 1) list += ", ";
    append_json_string(list, host.value);
  }
  if (list.size() == 1) append_json_string(list, "unix:///var/run/docker.sock");
  return list + "]";
}

void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  constexpr std::string_view remedy =
      "listen on the UNIX socket alone, and reach it through ssh: docker -H ssh://HOST";
  if (!is_decided(daemon, daemon.hosts) && daemon.engine) {
    for (const Located<std::string>& warning : daemon.engine->warnings) {
      const std::string_view address = open_address_in(warning.value);
      if (address.empty()) continue;
      findings.add(warning, concat("the engine's API listens on TCP: ", address),
                   std::string(remedy));
    }
    return findings.open("on which addresses dockerd listens was not seen");
  }
  const bool verified = tcp_clients_of(daemon) == TcpClients::verified;
  for (const Located<std::string>& host : daemon.hosts) {
    if (!listens_on_tcp(host)) continue;
    Finding& finding = findings.add(
        host,
        concat("the engine's API listens on TCP: ", host.value,
               verified ? "; whoever gets hold of a client's key is root on the host" : ""),
        std::string(remedy));
    if (verified) {
      finding.severity = Severity::medium;
      finding.reference = "owasp-1";
    }
    const bool in_file = host.layer == Layer::daemon_json;
    if (in_file) {
      finding.fix = unsafe_fix({change::set_daemon("hosts", without_tcp(daemon.hosts))});
    }
  }
}

}  // namespace

extern constinit const Rule docker_tcp_open = {
    .name = "docker-tcp-open",
    .title = "the engine's API listens on TCP",
    .severity = Severity::critical,
    .topic = "daemon",
    .subjects = {Subject::daemon},
    .rationale =
        "Whoever may use the API is root on the host. A UNIX socket is guarded by its owner and "
        "mode; a port is reached by whatever reaches the host, and guarded by certificates at "
        "best, whose keys are copied and seldom withdrawn.",
    .remediation =
        "Take the `tcp://` addresses out of `hosts` (or `-H`) and use `docker -H ssh://HOST`, "
        "which needs no port of the engine and knows who its users are.",
    .limits =
        "Sockets that systemd opens for the engine (`fd://`) are not followed: a `ListenStream` "
        "with a port in docker.socket is not seen, nor is a program that hands the UNIX socket on "
        "(socat, a proxy). With verified client certificates it is reported as medium.",
    .references = {guideline("S1", "Network Namespaces"),
                   guideline("S2", "Don’t expose Docker daemon sockets"), cis("2.7"), owasp("1")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::daemon
