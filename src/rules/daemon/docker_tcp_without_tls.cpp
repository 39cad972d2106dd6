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

// What the API at an address lets in; `address` is as the engine or its user writes it:
// "tcp://0.0.0.0:2375".
std::string open_to(std::string_view address, TcpClients clients) {
  std::string_view whom =
      " takes a certificate of any authority that the machine trusts, since no tlscacert counts: "
      "whoever gets one is root on the host";
  if (clients == TcpClients::unencrypted) {
    whom = " is open without TLS: whoever connects is root on the host";
  } else if (clients == TcpClients::anonymous) {
    whom = " asks no client for a certificate: whoever connects is root on the host";
  }
  return concat("the engine's API at ", address, whom);
}

// An engine whose start was not seen warns of its own ports.
void judge_by_warnings(const EngineInfo& engine, Findings& findings) {
  for (const Located<std::string>& warning : engine.warnings) {
    const std::string_view address = open_address_in(warning.value);
    if (address.empty()) continue;
    const bool encrypted = address.starts_with("https:");
    findings.add(warning,
                 open_to(address, encrypted ? TcpClients::anonymous : TcpClients::unencrypted),
                 std::string(remedy));
  }
}

void judge_addresses(const Daemon& daemon, TcpClients clients, Findings& findings) {
  for (const Located<std::string>& host : daemon.hosts) {
    if (!listens_on_tcp(host)) continue;
    Finding& finding = findings.add(host, open_to(host.value, clients), std::string(remedy));
    if (clients == TcpClients::of_any_authority) finding.severity = Severity::high;
    const Location& decided = daemon.tlsverify.written() ? daemon.tlsverify.at : daemon.tls.at;
    if (decided.known())
      finding.related = {decided, "this decides whose certificates are asked for"};
  }
}

// One of the files without which dockerd does not start again.
void judge_file(std::string_view name, const Located<std::string>& setting, TlsFile file,
                std::string_view content, Findings& findings) {
  const std::string& path = setting.value;
  if (path.empty()) return;
  if (file == TlsFile::not_seen) {
    return findings.open(concat("what ", path, " holds, which ", name, " names, was not seen"));
  }
  if (file == TlsFile::usable) return;
  const std::string fault = file == TlsFile::missing
                                ? concat("there is no ", path)
                                : concat(path, " holds no ", content, " that dockerd can read");
  findings
      .add(setting, concat(fault, ", and ", name, " names it: dockerd will not start again"),
           concat("put the ", content, " there, in PEM, or name the file that holds it"))
      .severity = Severity::medium;
}

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
  const TcpClients clients = tcp_clients_of(daemon);
  if (clients != TcpClients::verified) judge_addresses(daemon, clients, findings);
  if (clients == TcpClients::unencrypted || !daemon.is_audited()) return;
  if (clients == TcpClients::verified) {
    judge_file("tlscacert", daemon.tlscacert, daemon.tlscacert_file, "certificate", findings);
  }
  judge_file("tlscert", daemon.tlscert, daemon.tlscert_file, "certificate", findings);
  judge_file("tlskey", daemon.tlskey, daemon.tlskey_file, "key", findings);
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
        "TCP must be, set `tlsverify`, and with `tlscacert` the certificate of an authority of "
        "your "
        "own: without that dockerd takes clients of every authority that the machine trusts.",
    .limits =
        "An address of the loopback counts as well: every user of the host, and every container on "
        "the host's network, reaches it. A firewall before the port is not seen. Engines "
        "before 20.10 let everybody in when only `tls` is set. Of the files for TLS it is seen "
        "whether they are there and hold a certificate or a key, not who signed it nor until when "
        "it holds; those at the places that dockerd takes when its flags name none (`~/.docker`) "
        "are not looked for. No fix is offered: the certificates have to be made first.",
    .references = {guideline("S1", "Network Namespaces"), cis("2.7"), owasp("1")},
    .check = {check},
};

}  // namespace plimsoll::rules::daemon
