#include <algorithm>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/ports.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

constexpr int first_unprivileged_port = 1024;

bool is_declared(int port, const Policy& policy) {
  return std::ranges::any_of(policy.declared_privileged_ports, [&](std::string_view declared) {
    const std::optional<PortRange> range = port_range(declared);
    return range && range->first <= port && port <= range->last;
  });
}

void check(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  if (!runs_linux_container(spec) || !has_own_network(spec)) return;
  for (const Port& port : spec.ports) {
    if (port.unresolved) continue;
    const std::optional<PortRange> range = port_range(port.published);
    if (!range || range->first == 0) continue;
    for (int number = range->first; number <= range->last && number < first_unprivileged_port;
         ++number) {
      if (is_declared(number, policy)) continue;
      findings
          .add(port.at,
               concat(spec.label(), " takes the host's port ", std::to_string(number),
                      ", one of those below 1024"),
               "publish a port from 1024 upwards, or declare this one in the policy")
          .decided_by = port.layer;
      break;
    }
  }
}

}  // namespace

extern constinit const Rule privileged_host_port = {
    .name = "privileged-host-port",
    .title = "a host port below 1024 is published",
    .severity = Severity::low,
    .topic = "network",
    .subjects = {Subject::container},
    .rationale =
        "Ports below 1024 are where people expect the services of the host itself. A container "
        "that takes one replaces or imitates such a service, and who may do that should be written "
        "down.",
    .remediation =
        "Publish a port from 1024 upwards and let the host's proxy forward to it, or declare the "
        "port in the policy.",
    .limits =
        "A random host port is never below 1024. With the host's network the ports a program opens "
        "are not written in a file.",
    .references = {cis("5.8")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
