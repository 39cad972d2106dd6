#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/namespaces.h"

namespace plimsoll::rules::container {
namespace {

// " its ports", by number where the image that is built says them.
std::string exposed(const ContainerSpec& spec) {
  std::string ports;
  for (const Located<std::string>& port : spec.expose) {
    if (!port.unresolved) ports += concat(ports.empty() ? ": " : ", ", port.value);
  }
  return concat(" the ports that it serves", ports);
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const ContainerSpec* through = nullptr;
  if (is_host_namespace(spec, &ContainerSpec::network_mode, through)) {
    findings.add(
        spec.network_mode,
        through == nullptr
            ? concat(spec.label(), " shares the host's network")
            : concat(spec.label(), " shares the host's network by joining ", through->label()),
        through == nullptr
            ? concat("remove ",
                     spec.surface == Surface::run_line ? "--network host and publish"
                                                       : "network_mode: host and publish",
                     exposed(spec))
            : concat("take ", through->label(), " off the host's network: this one follows"));
  }
  // The swarm's spelling: a network of the services' list that is the predefined one.
  if (spec.network_mode.value == "host") return;
  for (const Network& network : spec.networks) {
    if (network.name != "host" || (spec.project != nullptr && !network.external)) continue;
    findings.add(network.at, concat(spec.label(), " shares the host's network"),
                 "remove the network host");
  }
}

}  // namespace

extern constinit const Rule host_network = {
    .name = "host-network",
    .title = "the host's network is shared",
    .severity = Severity::high,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "In the host's network namespace a container reaches every service that listens on "
        "the loopback address, abstract UNIX sockets among them, sees the host's traffic and "
        "opens any port without being asked.",
    .remediation =
        "Remove `network_mode: host`, put the container on a network of its own and publish "
        "the ports that it serves.",
    .limits =
        "Containers of the project are followed when they join each other (`service:NAME`), "
        "others are not seen. No fix is offered: which ports the program listens on, and what it "
        "reaches on the loopback address, has to be known before it leaves the host's network.",
    .references = {guideline("S2", "Do not share the network namespace of the host"),
                   guideline("S4", "Ports"), cis("5.10")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
