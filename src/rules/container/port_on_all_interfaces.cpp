#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/ports.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

// "8080", "8000-8010/udp": what the host opens.
std::string name_of_port(const Port& port) {
  const std::string_view number = port.published.empty() ? port.target : port.published;
  if (port.protocol.empty() || port.protocol == "tcp") return std::string(number);
  return concat(number, "/", port.protocol);
}

bool is_web_port(std::string_view published) {
  return published == "80" || published == "443";
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || !has_own_network(spec)) return;
  if (spec.publish_all.value && !spec.publish_all.unresolved) {
    findings.add(
        spec.publish_all,
        concat(spec.label(), " publishes every exposed port on every interface of the host"),
        "publish the needed ports one by one: -p 127.0.0.1:8080:80");
  }
  const bool in_swarm = spec.project != nullptr && spec.project->for_swarm;
  for (const Port& port : spec.ports) {
    if (port.unresolved || !is_any_address(port.host_ip)) continue;
    const bool random = port.published.empty() || port.published == "0";
    std::string message = random ? concat(spec.label(), " publishes its port ", port.target,
                                          " on a random port of every interface of the host")
                                 : concat(spec.label(), " publishes port ", name_of_port(port),
                                          " on every interface of the host");
    std::string remedy =
        in_swarm ? std::string("publish it with mode: host, or let one proxy publish for all")
                 : concat("bind it to an address: \"127.0.0.1:", port.published, random ? "" : ":",
                          port.target, "\"");
    if (random && !in_swarm)
      remedy = concat("bind it to an address: \"127.0.0.1::", port.target, "\"");
    Finding& finding = findings.add(port.at, std::move(message), std::move(remedy));
    finding.decided_by = port.layer;
    if (in_swarm || is_web_port(port.published)) finding.severity = Severity::low;
  }
}

}  // namespace

extern constinit const Rule port_on_all_interfaces = {
    .name = "port-on-all-interfaces",
    .title = "a port is published on every interface",
    .severity = Severity::medium,
    .topic = "network",
    .subjects = {Subject::container},
    .rationale =
        "A port that is published without an address is open on every interface of the host, and "
        "the engine's own firewall rules let it through before those of the host (ufw, firewalld) "
        "are asked. What was meant for the machine itself is then open to the network.",
    .remediation =
        "Name the address: `127.0.0.1:8080:80` for programs on the host or behind its proxy, the "
        "address of one interface otherwise.",
    .limits =
        "The daemon's default address (`--ip`, `\"ip\"` in daemon.json) is not known to a static "
        "check. Host ports 80 and 443 are reported as low: a web server is usually meant to be "
        "reached. In a swarm a port cannot be bound to an address; this is reported as low as "
        "well.",
    .references = {guideline("S0", "Decision"), guideline("S4", "Ports"), cis("5.14"), owasp("5a")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
