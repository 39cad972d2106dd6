#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/ports.h"
#include "rules/support/services.h"
#include "rules/support/written_text.h"

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

// Colons outside of `${X:-y}`.
std::size_t colons_in(std::string_view text) {
  std::size_t count = 0;
  std::size_t depth = 0;
  for (const char c : text) {
    if (c == '{') ++depth;
    if (c == '}' && depth > 0) --depth;
    if (c == ':' && depth == 0) ++count;
  }
  return count;
}

Fix fix_for(const Port& port) {
  if (!port.at.known()) return {};
  const bool ipv6 = port.host_ip.contains(':');
  if (port.layer == Layer::compose && is_written_as_mapping(port.at)) {
    return unsafe_fix({change::set_in(port.at, "host_ip", ipv6 ? "::1" : "127.0.0.1")});
  }
  const std::string_view text = written_text(port.at);
  if (port.host_ip.empty()) {
    const std::size_t colons = colons_in(text);
    if (colons > 1) return {};
    return unsafe_fix(
        {change::rewrite(port.at, concat("127.0.0.1:", colons == 0 ? ":" : "", text))});
  }
  for (const std::string& address : {concat("[", port.host_ip, "]:"), concat(port.host_ip, ":")}) {
    if (!text.starts_with(address)) continue;
    return unsafe_fix({change::rewrite(
        port.at, concat(ipv6 ? "[::1]:" : "127.0.0.1:", text.substr(address.size())))});
  }
  return {};
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!spec.provider.value.empty() || !has_own_network(spec)) return;
  if (spec.publish_all.value && !spec.publish_all.unresolved) {
    findings.add(
        spec.publish_all,
        concat(spec.label(), " publishes every exposed port on every interface of the host"),
        "publish the needed ports one by one: -p 127.0.0.1:8080:80");
  }
  for (const Port& port : spec.ports) {
    if (port.unresolved || !is_any_address(port.host_ip)) continue;
    const bool random = port.published.empty() || port.published == "0";
    std::string message = random ? concat(spec.label(), " publishes its port ", port.target,
                                          " on a random port of every interface of the host")
                                 : concat(spec.label(), " publishes port ", name_of_port(port),
                                          " on every interface of the host");
    std::string remedy =
        in_swarm(spec) ? std::string("publish it with mode: host, or let one proxy publish for all")
                       : concat("bind it to an address: \"127.0.0.1:", port.published,
                                random ? "" : ":", port.target, "\"");
    if (random && !in_swarm(spec))
      remedy = concat("bind it to an address: \"127.0.0.1::", port.target, "\"");
    Finding& finding = findings.add(port.at, std::move(message), std::move(remedy));
    finding.decided_by = port.layer;
    if (in_swarm(spec) || is_web_port(port.published)) {
      finding.severity = Severity::low;
    } else {
      finding.fix = fix_for(port);
    }
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
        "reached, and which address is a person's to say. In a swarm a port cannot be bound to an "
        "address; this is reported as low as well.",
    .references = {guideline("S0", "Decision"), guideline("S4", "Ports"), cis("5.14"), owasp("5a")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
