#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/ports.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

bool has_neighbour(const ContainerSpec& spec) {
  std::size_t seen = 0;
  for (const auto& other : spec.project->services) {
    if (++seen > max_neighbours) return false;
    if (other.get() != &spec && runs_container(*other) && !shared_network(spec, *other).empty()) {
      return true;
    }
  }
  return false;
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.project == nullptr || !runs_container(spec)) return;
  for (const Port& port : spec.ports) {
    if (port.unresolved || is_loopback(port.host_ip)) continue;
    const std::optional<PortRange> range = port_range(port.target);
    if (!range || range->first != range->last) continue;
    const std::string_view service = internal_service(range->first);
    if (service.empty() || !has_neighbour(spec)) continue;
    findings
        .add(port.at,
             concat(spec.label(), " publishes the ", service, " port ", port.target,
                    ", which the other services reach without it"),
             "remove the port, or bind it to 127.0.0.1")
        .decided_by = port.layer;
  }
}

}  // namespace

extern constinit const Rule unneeded_published_port = {
    .name = "unneeded-published-port",
    .title = "a port for the project alone is published",
    .severity = Severity::low,
    .topic = "network",
    .subjects = {Subject::container, Subject::dockerfile},
    .rationale =
        "Services of one project reach each other by name without any published port. A published "
        "database or cache port adds nothing for them and offers the data store to whoever reaches "
        "the host.",
    .remediation =
        "Remove the port from `ports`; the other services keep using `name:port`. To reach it from "
        "the host for a while, bind it to 127.0.0.1.",
    .limits =
        "Only the default ports of well-known databases, caches and brokers count, published on "
        "more than the loopback address, and only where another service of the project is on the "
        "same network. Whether a program outside the project needs the port cannot be seen. A "
        "Dockerfile's `EXPOSE` publishes nothing, so it is not reported.",
    .references = {guideline("S1", "Multi-tenancy Environments"), guideline("S4", "Ports"),
                   cis("5.9")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
