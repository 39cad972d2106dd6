#include "fix/docker_user_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

#include "base/shell_word.h"
#include "base/text.h"
#include "base/utf8.h"
#include "rules/support/packet_filter.h"

namespace plimsoll::fix {
namespace {

using Kind = PacketCondition::Kind;
using rules::BypassedPort;
using rules::NeighbourPort;

constexpr std::string_view explanation = R"(
#
# Why: the engine translates the address of a published port before the kernel decides where a
# packet goes. So it passes FORWARD, and never INPUT, where this host's firewall refuses it. The
# engine asks DOCKER-USER before its own rules, and leaves that chain alone.
#
# What: new connections that come in through the named interface, by the port that was asked for.
# `--dport` would be the container's port here. What is connected already stays so.
#
# Read each rule, take out those for ports that everybody is meant to reach, then run it as root:
# it can be run as often as you like. For addresses that are to be let in, put a rule before it:
#   iptables -I DOCKER-USER -s 192.0.2.0/24 -j RETURN
#
# To keep the rules after a restart, run it whenever the engine starts. Put it into
# /usr/local/sbin/docker-user-rules, this into /etc/systemd/system/docker-user-rules.service, and
# `systemctl enable docker-user-rules`:
#   [Unit]
#   After=docker.service
#   PartOf=docker.service
#   [Service]
#   Type=oneshot
#   ExecStart=/bin/sh /usr/local/sbin/docker-user-rules
#   [Install]
#   WantedBy=docker.service
# netfilter-persistent keeps them, too, but with them the engine's own rules, whose addresses change.

set -eu

refuse() {
  command=$1
  shift
  "$command" -w -C DOCKER-USER "$@" -j DROP 2>/dev/null || "$command" -w -I DOCKER-USER "$@" -j DROP
}
)";

// Rules that such a script has put there.
bool is_of_a_script(const FilterRule& rule) {
  if (rule.target != "DROP") return false;
  const auto has = [&](Kind kind) {
    return std::ranges::any_of(
        rule.conditions, [&](const PacketCondition& condition) { return condition.kind == kind; });
  };
  constexpr std::array for_ports{Kind::in_interface, Kind::protocol, Kind::state, Kind::direction,
                                 Kind::original_destination_ports};
  constexpr std::array for_neighbours{Kind::in_interface, Kind::out_interface, Kind::state};
  const auto is_made_of = [&](const auto& kinds) {
    return std::ranges::all_of(kinds, has) &&
           std::ranges::all_of(rule.conditions, [&](const PacketCondition& condition) {
             return std::ranges::find(kinds, condition.kind) != kinds.end();
           });
  };
  return is_made_of(for_ports) || is_made_of(for_neighbours);
}

PacketFilter without_scripts(const PacketFilter& filter) {
  PacketFilter rest = filter;
  for (FilterTable& table : rest.tables) {
    for (FilterChain& chain : table.chains) {
      if (chain.name == "DOCKER-USER") std::erase_if(chain.rules, is_of_a_script);
    }
  }
  return rest;
}

std::string_view command_for(AddressFamily family) {
  return family == AddressFamily::ipv4 ? "iptables" : "ip6tables";
}

std::string interface_word(std::string_view interface) {
  if (interface.empty())
    return R"("${EXTERNAL:?is to be the interface that strangers come in by}")";
  return shell_word(interface);
}

std::string rule_for(const BypassedPort& port) {
  return concat("refuse ", command_for(port.family), " -i ", interface_word(port.interface), " -p ",
                port.protocol, " -m conntrack --ctstate NEW --ctorigdstport ",
                std::to_string(port.number), " --ctdir ORIGINAL -m conntrack --ctstate DNAT");
}

// Whatever goes to the bridge without having been translated was sent to a container directly.
std::string rule_for(const NeighbourPort& port) {
  return concat("refuse ", command_for(port.family), " -i ", interface_word(port.interface), " -o ",
                shell_word(port.bridge),
                " -m conntrack --ctstate NEW -m conntrack ! --ctstate DNAT");
}

// Why, as a comment of one line.
std::string reason_of(const BypassedPort& port) {
  return printable(concat("port ", std::to_string(port.number), "/", port.protocol, " of ",
                          port.container->label(), "; refused by: ", port.refused_at.text()));
}

std::string reason_of(const NeighbourPort& port) {
  return printable(concat(
      "port ", port.port->published, "/", port.protocol, " of ", port.container->label(),
      " is published for this host alone; what neighbours send to ", port.bridge, " directly"));
}

class Script {
 public:
  template <class Ports>
  void add(const Ports& ports) {
    for (const auto& port : ports) {
      const std::string rule = rule_for(port);
      if (!written_.insert(rule).second) continue;
      body_ += concat("\n# ", reason_of(port), "\n", rule, "\n");
    }
  }

  DockerUserScript take() {
    if (written_.empty()) return {};
    return {.text = concat("#!/bin/sh\n", docker_user_script_mark, explanation, body_),
            .rules = written_.size()};
  }

 private:
  std::set<std::string> written_;
  std::string body_;
};

}  // namespace

DockerUserScript docker_user_script(const Host& host) {
  Host without = host;
  without.packet_filter = without_scripts(*host.packet_filter);
  rules::PublishedPorts ports = rules::published_ports(without);
  // A rule needs the name of a bridge.
  std::erase_if(ports.neighbours, [](const NeighbourPort& port) { return port.bridge.empty(); });
  Script script;
  script.add(ports.bypassed);
  script.add(ports.neighbours);
  return script.take();
}

}  // namespace plimsoll::fix
