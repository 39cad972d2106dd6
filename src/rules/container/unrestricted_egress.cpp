#include <algorithm>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/packet_filter.h"
#include "rules/support/services.h"
#include "subjects/host.h"

namespace plimsoll::rules::container {
namespace {

// Whether a service is on some network and on none that is internal or unknown.
bool reaches_out(const ComposeProject& project, const ContainerSpec& spec) {
  if (!runs_container(spec) || !has_own_network(spec)) return false;
  if (spec.networks.empty()) {
    const ComposeResource* const implicit = project.network("default");
    return implicit == nullptr || (!implicit->internal && !implicit->external);
  }
  return std::ranges::none_of(
      spec.networks, [](const Network& network) { return network.internal || network.external; });
}

void check(const ComposeProject& project, const Policy&, Findings& findings) {
  const ContainerSpec* first = nullptr;
  std::size_t others = 0;
  for (const auto& service : project.services) {
    if (!reaches_out(project, *service)) continue;
    if (first == nullptr) {
      first = service.get();
    } else {
      ++others;
    }
  }
  if (first == nullptr) return;
  const std::string and_others = others == 0 ? std::string()
                                 : others == 1
                                     ? std::string(" and one other service")
                                     : concat(" and ", std::to_string(others), " other services");
  findings.add(first->at,
               concat(first->label(), and_others, others == 0 ? " is" : " are",
                      " on no internal network: ", others == 0 ? "it" : "they",
                      " may reach any address outside"),
               "put what needs no way out on a network with internal: true");
}

std::string_view over(AddressFamily family) {
  return family == AddressFamily::ipv6 ? " over IPv6" : "";
}

void judge_bridges(const Host& host, const std::vector<std::string>& bridges, AddressFamily family,
                   Findings& findings) {
  std::vector<std::string> unlimited;
  for (const std::string& bridge : bridges) {
    switch (limits_egress(host, bridge, family)) {
      case Answer::yes: break;
      case Answer::no: unlimited.push_back(bridge); break;
      case Answer::unknown:
        findings.open(concat("whether containers on ", bridge, " may reach any address",
                             over(family), " depends on rules that are not understood"));
    }
  }
  if (unlimited.empty()) return;
  const FilterChain* const chain = host.packet_filter->docker_user(family);
  findings.add(chain == nullptr ? host.packet_filter->at : chain->at,
               concat("no rule limits what containers on ", join(unlimited, ", "),
                      " may reach outside", over(family)),
               "refuse in DOCKER-USER what they do not need, by their bridge (-i) or source range");
}

void check_host(const Host& host, const Policy&, Findings& findings) {
  if (!host.packet_filter) return findings.open(host.packet_filter_unread);
  std::vector<std::string> bridges = container_bridges(*host.packet_filter);
  if (bridges.empty()) {
    return findings.not_applicable("no rule of the packet filter is about a bridge of containers");
  }
  judge_bridges(host, bridges, AddressFamily::ipv4, findings);
  if (!host.ipv6_interfaces) {
    return findings.open("which bridges of containers have IPv6 cannot be read");
  }
  std::erase_if(bridges, [&](const std::string& bridge) {
    return std::ranges::find(*host.ipv6_interfaces, bridge) == host.ipv6_interfaces->end();
  });
  judge_bridges(host, bridges, AddressFamily::ipv6, findings);
}

}  // namespace

extern constinit const Rule unrestricted_egress = {
    .name = "unrestricted-egress",
    .title = "containers may reach any address outside",
    .severity = Severity::low,
    .topic = "network",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "A container that was broken into calls home, fetches tools and scans the neighbourhood. "
        "Most services need no way out, or only a way to a few addresses.",
    .remediation =
        "Put services that talk only to each other on networks with `internal: true`, and give the "
        "way out to the one service that needs it. Restrict what is left with rules in the "
        "DOCKER-USER chain of the host.",
    .limits =
        "One finding for a compose project, at its first service that is on no internal network; a "
        "service that is on an internal network and on another one has been thought about. "
        "External networks are not known here, and neither are the firewall rules of the host. Run "
        "lines, inspect output and create requests do not show what a network is. Of a host that "
        "an audit looks at, any rule that can refuse a container's packet on its way out "
        "counts, however little it refuses; IPv6 is looked at where the bridge has an address that "
        "counts beyond its segment. Which services need a way out shows only when they "
        "run: no fix is offered.",
    .references = {guideline("S1", "Network Namespaces")},
    .check = {check, check_host},
};

}  // namespace plimsoll::rules::container
