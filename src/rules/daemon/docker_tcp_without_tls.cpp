#include "base/text.h"
#include "rules/rule.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

// `tlsverify` switches TLS on, whatever `tls` says.
void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (daemon.tlsverify.value) return;
  for (const Located<std::string>& host : daemon.hosts) {
    if (!host.value.starts_with("tcp://")) continue;
    Finding& finding = findings.add(
        host,
        daemon.tls.value
            ? concat("the engine's API at ", host.value,
                     " asks no client for a certificate: whoever connects is root on the host")
            : concat("the engine's API at ", host.value,
                     " is open without TLS: whoever connects is root on the host"),
        "set \"tlsverify\": true with tlscacert, tlscert and tlskey, or listen on the UNIX socket "
        "alone");
    if (daemon.tls.written()) finding.related = daemon.tls.at;
  }
}

}  // namespace

extern constinit const Rule docker_tcp_without_tls = {
    .name = "docker-tcp-without-tls",
    .title = "the engine's API is open over TCP without verified clients",
    .severity = Severity::critical,
    .topic = "daemon",
    .subjects = {Subject::daemon},
    .rationale =
        "The API starts privileged containers and mounts any directory. Over TCP without client "
        "certificates everybody who reaches the port, every program of the host and every page of "
        "a browser on it, is root. Such ports are searched for and found within hours.",
    .remediation =
        "Listen on the UNIX socket alone and reach it through SSH (`docker -H ssh://host`). Where "
        "TCP must be, set `tlsverify` with a certificate authority of your own: `tls` without it "
        "encrypts and lets everybody in.",
    .limits =
        "An address of the loopback counts as well: every user of the host, and every container on "
        "the host's network, reaches it. A firewall before the port is not seen.",
    .references = {guideline("S1", "Network Namespaces"), cis("2.7"), owasp("1")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
