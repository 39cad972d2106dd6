#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::daemon {
namespace {

constexpr std::string_view remedy =
    "set \"tlsverify\": true with tlscacert, tlscert and tlskey, or listen on the UNIX socket "
    "alone";

// `address` as the engine or its user writes it: "tcp://0.0.0.0:2375".
std::string open_to_all(std::string_view address, bool encrypted) {
  return concat("the engine's API at ", address,
                encrypted
                    ? " asks no client for a certificate: whoever connects is root on the host"
                    : " is open without TLS: whoever connects is root on the host");
}

// An engine whose start was not seen warns of its own ports.
void judge_by_warnings(const EngineInfo& engine, Findings& findings) {
  for (const Located<std::string>& warning : engine.warnings) {
    const std::string_view address = open_address_in(warning.value);
    if (address.empty()) continue;
    findings.add(warning, open_to_all(address, address.starts_with("https:")), std::string(remedy));
  }
}

// `tlsverify` switches TLS on, whatever `tls` says.
void check(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  if (!is_decided(daemon, daemon.hosts) && daemon.engine) {
    judge_by_warnings(*daemon.engine, findings);
    return findings.open("on which addresses dockerd listens was not seen");
  }
  if (std::ranges::none_of(daemon.hosts, listens_on_tcp)) {
    if (daemon.is_audited()) findings.not_applicable("the engine does not listen on TCP");
    return;
  }
  if (daemon.tlsverify.value) return;
  for (const Located<std::string>& host : daemon.hosts) {
    if (!listens_on_tcp(host)) continue;
    Finding& finding =
        findings.add(host, open_to_all(host.value, daemon.tls.value), std::string(remedy));
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
        "the host's network, reaches it. A firewall before the port is not seen. No fix is "
        "offered: the certificates have to be made first.",
    .references = {guideline("S1", "Network Namespaces"), cis("2.7"), owasp("1")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
