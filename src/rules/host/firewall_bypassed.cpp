#include <optional>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/host_tenants.h"
#include "rules/support/packet_filter.h"
#include "rules/support/ports.h"
#include "subjects/daemon.h"
#include "subjects/host.h"

namespace plimsoll::rules::host {
namespace {

std::string name_of_port(const Port& port) {
  if (port.protocol.empty() || port.protocol == "tcp") return port.published;
  return concat(port.published, "/", port.protocol);
}

std::string through(std::string_view interface) {
  return interface.empty() ? std::string() : concat(" through ", interface);
}

std::string_view family_of(AddressFamily family) {
  return family == AddressFamily::ipv6 ? " over IPv6" : "";
}

// From this version on the engine itself refuses what neighbours send to containers directly.
constexpr int first_that_refuses_neighbours = 28;

bool lets_neighbours_in(const Host& host) {
  if (host.daemon == nullptr || !host.daemon->engine) return false;
  const std::string_view version = host.daemon->engine->version.value;
  const auto major = parse_number(version.substr(0, version.find('.')));
  return major && *major < first_that_refuses_neighbours;
}

void report(const BypassedPort& found, Findings& findings) {
  Finding& finding = findings.add(
      found.port->at,
      concat("port ", name_of_port(*found.port), " of ", found.container->label(),
             " is open to strangers", family_of(found.family), through(found.interface),
             ", although the host's firewall refuses it: what is published goes past INPUT"),
      "publish it on 127.0.0.1, or refuse it in DOCKER-USER: plimsoll audit --write-fixes "
      "DIRECTORY "
      "writes the rules");
  finding.decided_by = found.port->layer;
  finding.related = {found.refused_at, "the firewall refuses it here"};
}

void report(const NeighbourPort& found, const Host& host, Findings& findings) {
  const std::string address = found.family == AddressFamily::ipv6
                                  ? concat("[", text_of(found.address), "]")
                                  : text_of(found.address);
  const std::string_view interface = found.interface;
  Finding& finding = findings.add(
      found.port->at,
      concat("port ", name_of_port(*found.port), " of ", found.container->label(),
             " is published for this host alone, but a neighbour",
             interface.empty() ? "" : concat(" on ", interface),
             " that routes to the container through it reaches ", address, ":",
             std::to_string(found.number)),
      concat(lets_neighbours_in(host) ? "update the engine (from 28 on it refuses that), or " : "",
             "refuse it in DOCKER-USER: plimsoll audit --write-fixes DIRECTORY writes the rules"));
  finding.severity = Severity::low;
  finding.decided_by = found.port->layer;
}

void check(const Host& host, const Policy&, Findings& findings) {
  if (!host.packet_filter) return findings.open(host.packet_filter_unread);
  const PublishedPorts ports = published_ports(host);
  if (ports.count == 0) {
    return say_none_of_containers(host, findings,
                                  "no container that was looked at publishes a port");
  }
  for (const BypassedPort& found : ports.bypassed) report(found, findings);
  for (const NeighbourPort& found : ports.neighbours) report(found, host, findings);
  if (ports.undecided.empty()) return;
  const std::size_t others = ports.undecided.size() - 1;
  findings.open(concat("whether the firewall holds for ", ports.undecided.front(),
                       others == 0 ? "" : concat(" and ", counted(others, "other", "others")),
                       " depends on rules that are not understood"));
}

}  // namespace

extern constinit const Rule firewall_bypassed = {
    .name = "firewall-bypassed",
    .title = "a published port goes past the host's firewall",
    .severity = Severity::high,
    .topic = "network",
    .subjects = {Subject::host},
    .rationale =
        "A published port is translated to the container's address before the kernel decides where "
        "the packet goes, so it passes FORWARD and never INPUT, where ufw, firewalld's zones and "
        "hand-written rules say what is open. The administrator believes the port is closed, and "
        "everybody can reach it.",
    .remediation =
        "Publish the port on 127.0.0.1 when only this host needs it. Otherwise refuse it in the "
        "chain DOCKER-USER, by the port that was asked for (`-m conntrack --ctorigdstport`): "
        "`--dport` there is the container's port, since the translation is over. `plimsoll audit "
        "--write-fixes DIRECTORY` writes a script with these rules, to be reviewed.",
    .limits =
        "Strangers are clients whose address no rule names, on the interfaces of the default "
        "routes; that certain addresses are let in or kept out says nothing of them. Rules that "
        "are not understood, such as those that ask sets of addresses, limits or marks, leave the "
        "question open where they decide it, and so do nf_tables' maps, which an engine that "
        "writes nf_tables rules itself uses. Containers' ports are those that the engine says it "
        "publishes: a swarm's ingress ports are not among them. What stands before the host (a "
        "router, a cloud's security groups) is not seen. Of the ports published for the host "
        "alone it is reported as low when a neighbour can reach the container by its own address: "
        "that takes a machine on the same network segment.",
    .references = {guideline("S4", "Ports"), owasp("5a")},
    .check = {check},
};

}  // namespace plimsoll::rules::host
