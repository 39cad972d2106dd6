#include "rules/support/packet_filter.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>

#include "base/text.h"
#include "rules/support/ports.h"

namespace plimsoll::rules {
namespace {

using Kind = PacketCondition::Kind;
using Who = Party::Who;

// linux/netfilter_ipv4.h: where connections are looked up, and where destinations are translated.
constexpr std::int64_t connections_known = -200;
constexpr std::int64_t destinations_translated = -100;
constexpr std::int64_t first_priority = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t behind_last_priority = std::int64_t{1} << 32;

// Prefixes this short take in so much of all addresses that a stranger may well have one of them.
constexpr std::uint8_t shortest_named_prefix = 8;

// Jumps lead no deeper in nf_tables (16), and in x_tables no sane set of rules does.
constexpr int max_depth = 64;

Answer negate(Answer answer) {
  if (answer == Answer::unknown) return answer;
  return answer == Answer::yes ? Answer::no : Answer::yes;
}

Answer either(Answer a, Answer b) {
  if (a == Answer::yes || b == Answer::yes) return Answer::yes;
  return a == Answer::no ? b : a;
}

Answer answer_of(bool value) {
  return value ? Answer::yes : Answer::no;
}

// `+` at the end of a pattern stands for any ending.
bool matches_interface(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('+')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

// Addresses that no packet from outside to one machine has as its destination.
bool is_special(const IpAddress& address) {
  if (address.family == AddressFamily::ipv4) {
    return address.bytes[0] == 127 || address.bytes[0] >= 224;
  }
  return address.bytes[0] == 0xff || text_of(address) == "::1";
}

Answer has_address(const Party& party, const IpPrefix& prefix) {
  if (party.who == Who::address) return answer_of(prefix.contains(party.address));
  if (prefix.length == 0) return Answer::yes;
  if (party.who == Who::stranger) {
    return prefix.length < shortest_named_prefix ? Answer::unknown : Answer::no;
  }
  return is_special(prefix.address) ? Answer::no : Answer::unknown;
}

Answer has_address(const Party& party, const std::vector<IpPrefix>& prefixes) {
  Answer answer = Answer::no;
  for (const IpPrefix& prefix : prefixes) answer = either(answer, has_address(party, prefix));
  return answer;
}

Answer has_port(std::optional<std::uint16_t> port, const std::vector<PortSpan>& spans) {
  if (!port) return Answer::unknown;
  return answer_of(std::ranges::any_of(
      spans, [&](const PortSpan& span) { return span.first <= *port && *port <= span.last; }));
}

// A client takes any port from 1024 on.
Answer has_source_port(const std::vector<PortSpan>& spans) {
  constexpr std::uint16_t first = 1024;
  Answer answer = Answer::no;
  for (const PortSpan& span : spans) {
    if (span.first <= first && span.last == 65535) return Answer::yes;
    if (span.last >= first) answer = Answer::unknown;
  }
  return answer;
}

bool has_word(const PacketCondition& condition, std::string_view word) {
  return std::ranges::find(condition.words, word) != condition.words.end();
}

Answer has_state(const Packet& packet, const PacketCondition& condition) {
  if (!packet.tracked) return Answer::unknown;
  return answer_of(has_word(condition, "NEW") ||
                   (packet.translated && has_word(condition, "DNAT")));
}

Answer has_status(const Packet& packet, const PacketCondition& condition) {
  if (!packet.tracked || has_word(condition, "NONE")) return Answer::unknown;
  return answer_of(packet.translated && has_word(condition, "DNAT"));
}

Answer has_type(const Party& party, const PacketCondition& condition) {
  if (party.who == Who::anyone) return Answer::unknown;
  const bool local = party.who == Who::this_host || party.is_local;
  return answer_of(has_word(condition, local ? "LOCAL" : "UNICAST"));
}

Answer holds_as_written(const PacketCondition& condition, const Packet& packet, Answer unknown) {
  switch (condition.kind) {
    case Kind::in_interface:
      return answer_of(matches_interface(condition.text, packet.in_interface));
    case Kind::out_interface:
      if (!packet.out_interface) return Answer::unknown;
      return answer_of(matches_interface(condition.text, *packet.out_interface));
    case Kind::protocol:
      if (condition.text == "all") return Answer::yes;
      if (packet.protocol.empty()) return Answer::unknown;
      return answer_of(condition.text == packet.protocol);
    case Kind::family:
      return answer_of((condition.text == "4") == (packet.family == AddressFamily::ipv4));
    case Kind::source:
    case Kind::original_source: return has_address(packet.source, condition.prefixes);
    case Kind::destination: return has_address(packet.destination, condition.prefixes);
    case Kind::original_destination:
      return has_address(packet.original_destination, condition.prefixes);
    case Kind::source_ports: return has_source_port(condition.ports);
    case Kind::destination_ports: return has_port(packet.port, condition.ports);
    case Kind::either_ports:
      return either(has_port(packet.port, condition.ports), has_source_port(condition.ports));
    case Kind::original_destination_ports: return has_port(packet.original_port, condition.ports);
    case Kind::tcp_flags: {
      if (packet.protocol.empty()) return Answer::unknown;
      constexpr std::uint8_t syn = 2;
      return answer_of((syn & condition.mask) == condition.flags);
    }
    case Kind::state: return has_state(packet, condition);
    case Kind::status: return has_status(packet, condition);
    case Kind::direction:
      return packet.tracked ? answer_of(condition.text == "ORIGINAL") : Answer::unknown;
    case Kind::source_type: return has_type(packet.source, condition);
    case Kind::destination_type: return has_type(packet.destination, condition);
    case Kind::fragment: return Answer::no;
    case Kind::reverse_path: return Answer::yes;
    case Kind::unknown: return unknown;
  }
  return Answer::unknown;
}

Answer holds(const PacketCondition& condition, const Packet& packet, Answer unknown) {
  if (condition.kind == Kind::unknown) return unknown;
  const Answer answer = holds_as_written(condition, packet, unknown);
  return condition.negated ? negate(answer) : answer;
}

Answer holds(const FilterRule& rule, const Packet& packet, Answer unknown) {
  Answer answer = Answer::yes;
  for (const PacketCondition& condition : rule.conditions) {
    const Answer one = holds(condition, packet, unknown);
    if (one == Answer::no) return one;
    if (one == Answer::unknown) answer = one;
  }
  return answer;
}

// Targets behind which the next rule is asked (iptables-extensions(8)).
constexpr std::array<std::string_view, 24> passing_targets{
    "AUDIT",   "CHECKSUM", "CLASSIFY", "CONNMARK",    "CONNSECMARK", "CT",    "DSCP",    "ECN",
    "HL",      "HMARK",    "LED",      "LOG",         "MARK",        "NFLOG", "NOTRACK", "RATEEST",
    "SECMARK", "SET",      "TCPMSS",   "TCPOPTSTRIP", "TEE",         "TOS",   "TRACE",   "TTL"};

struct AddressAndPort {
  IpAddress address;
  std::optional<std::uint16_t> port;
};

// "172.17.0.2:8080", "172.17.0.2", "[fd00::2]:80"; nothing for ranges.
std::optional<AddressAndPort> address_and_port(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (port.starts_with(':')) port.remove_prefix(1);
  } else if (std::ranges::count(text, ':') == 1) {
    const std::size_t colon = text.find(':');
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  const std::optional<IpAddress> address = ip_address(host);
  if (!address) return std::nullopt;
  if (port.empty()) return AddressAndPort{*address, std::nullopt};
  const std::optional<PortRange> range = port_range(port);
  if (!range || range->first != range->last) return std::nullopt;
  return AddressAndPort{*address, static_cast<std::uint16_t>(range->first)};
}

}  // namespace

// A packet's ways through the chains of one table. What can become of it in a chain is a set.
class PacketFilterPaths::Walk {
 public:
  struct Ends {
    bool accepted = false;
    bool dropped = false;
    bool translated = false;
    bool through = false;  // the chain's end, or RETURN
    Location dropped_at;
  };

  Walk(const Table& table, const Packet& packet, Answer unknown)
      : table_(table), packet_(packet), unknown_(unknown) {}

  Ends walk(const FilterChain& chain) {
    const Ends* const done = ends_in(chain);
    Ends ends = done == nullptr ? anything() : *done;
    if (!ends.through) return ends;
    // The policy decides; a chain for translation leaves the packet as it is.
    ends.through = false;
    if (chain.policy == "DROP") {
      ends.dropped = true;
      if (!ends.dropped_at.known()) ends.dropped_at = chain.at;
    } else {
      ends.accepted = true;
    }
    return ends;
  }

  // The rules that may translate it.
  const std::vector<const FilterRule*>& translating() const { return translating_; }

 private:
  static Ends anything() {
    return {
        .accepted = true, .dropped = true, .translated = true, .through = true, .dropped_at = {}};
  }

  // Null where jumps lead in a circle, or too deep.
  const Ends* ends_in(const FilterChain& chain) {
    const auto [known, is_new] = ends_.try_emplace(&chain);
    if (!is_new) return known->second ? &*known->second : nullptr;
    if (depth_ >= max_depth) return nullptr;
    ++depth_;
    Ends ends = follow(chain);
    --depth_;
    known->second = ends;
    return &*known->second;
  }

  Ends follow(const FilterChain& chain) {
    Ends ends;
    for (const FilterRule& rule : chain.rules) {
      const Answer matches = holds(rule, packet_, unknown_);
      if (matches == Answer::no) continue;
      const Ends after = ends_of(rule);
      ends.accepted = ends.accepted || after.accepted;
      ends.translated = ends.translated || after.translated;
      if (after.dropped && !ends.dropped) ends.dropped_at = after.dropped_at;
      ends.dropped = ends.dropped || after.dropped;
      // RETURN and the end of a chain that was gone to end this chain, too.
      const bool ends_here = rule.is_goto || rule.target == "RETURN";
      if (ends_here) ends.through = ends.through || after.through;
      if (matches == Answer::yes && (ends_here || !after.through)) return ends;
    }
    ends.through = true;
    return ends;
  }

  Ends ends_of(const FilterRule& rule) {
    const std::string& target = rule.target;
    if (target == "ACCEPT" || target == "SNAT" || target == "MASQUERADE")
      return {.accepted = true, .dropped_at = {}};
    if (target == "DROP" || target == "REJECT") return {.dropped = true, .dropped_at = rule.at};
    if (target.empty() || target == "RETURN" ||
        std::ranges::find(passing_targets, target) != passing_targets.end()) {
      return {.through = true, .dropped_at = {}};
    }
    if (target == "DNAT") {
      translating_.push_back(&rule);
      return {.translated = true, .dropped_at = {}};
    }
    const auto jump = table_.chains.find(target);
    if (jump == table_.chains.end()) return anything();
    const Ends* const ends = ends_in(*jump->second);
    return ends == nullptr ? anything() : *ends;
  }

  const Table& table_;
  const Packet& packet_;
  Answer unknown_;
  std::map<const FilterChain*, std::optional<Ends>> ends_;
  std::vector<const FilterRule*> translating_;
  int depth_ = 0;
};

PacketFilterPaths::PacketFilterPaths(const PacketFilter& filter) {
  for (const FilterTable& table : filter.tables) {
    Table& added = tables_.emplace_back(Table{.table = &table, .chains = {}});
    for (const FilterChain& chain : table.chains) added.chains.emplace(chain.name, &chain);
  }
}

std::vector<PacketFilterPaths::Attached> PacketFilterPaths::attached(Hook hook,
                                                                     AddressFamily family) const {
  std::vector<Attached> found;
  for (const Table& table : tables_) {
    if (!table.table->sees(family)) continue;
    for (const FilterChain& chain : table.table->chains) {
      if (chain.hook == hook) found.push_back({&table, &chain});
    }
  }
  std::ranges::stable_sort(found, {}, [](const Attached& one) { return one.chain->priority; });
  return found;
}

Passage PacketFilterPaths::at(Hook hook, const Packet& packet, std::int64_t from,
                              std::int64_t to) const {
  Passage passage{.passes = Answer::yes, .can_be_dropped = false, .refused_at = {}};
  for (const Attached& one : attached(hook, packet.family)) {
    if (one.chain->translates || one.chain->priority < from || one.chain->priority >= to) continue;
    Packet seen = packet;
    seen.tracked = one.chain->priority >= connections_known;
    const Walk::Ends ends = Walk(*one.table, seen, unknown_).walk(*one.chain);
    if (ends.dropped) passage.can_be_dropped = true;
    if (ends.dropped && !ends.accepted) {
      return {.passes = Answer::no, .can_be_dropped = true, .refused_at = ends.dropped_at};
    }
    if (ends.dropped || ends.translated) passage.passes = Answer::unknown;
  }
  return passage;
}

namespace {

// One after the other: the first that refuses decides.
Passage both(const Passage& first, const Passage& second) {
  if (first.passes == Answer::no) return first;
  if (second.passes == Answer::no) return second;
  const bool sure = first.passes == Answer::yes && second.passes == Answer::yes;
  return {.passes = sure ? Answer::yes : Answer::unknown,
          .can_be_dropped = first.can_be_dropped || second.can_be_dropped,
          .refused_at = {}};
}

}  // namespace

Passage PacketFilterPaths::into_host(const Packet& packet) const {
  return both(at(Hook::prerouting, packet, first_priority, behind_last_priority),
              at(Hook::input, packet, first_priority, behind_last_priority));
}

Passage PacketFilterPaths::through_host(const Packet& packet) const {
  Packet arriving = packet;
  arriving.out_interface = "";
  return both(at(Hook::prerouting, arriving, first_priority, behind_last_priority),
              both(at(Hook::forward, packet, first_priority, behind_last_priority),
                   at(Hook::postrouting, packet, first_priority, behind_last_priority)));
}

Translation PacketFilterPaths::translation(const Packet& packet) const {
  bool can_stay = true;
  std::vector<const FilterRule*> rules;
  for (const Attached& one : attached(Hook::prerouting, packet.family)) {
    if (!one.chain->translates) continue;
    Walk walk(*one.table, packet, unknown_);
    const Walk::Ends ends = walk.walk(*one.chain);
    rules.insert(rules.end(), walk.translating().begin(), walk.translating().end());
    if (ends.dropped) return {};
    if (ends.translated && rules.empty()) return {};
    if (ends.translated && !ends.accepted) {
      can_stay = false;
      break;
    }
  }
  if (rules.empty()) return {.happens = Answer::no};
  const bool one_end = std::ranges::all_of(rules, [&](const FilterRule* rule) {
    return rule->translated_to == rules.front()->translated_to;
  });
  const std::optional<AddressAndPort> to = address_and_port(rules.front()->translated_to);
  if (can_stay || !one_end || !to) return {};
  const std::optional<std::uint16_t> port = to->port ? to->port : packet.port;
  return {.happens = Answer::yes,
          .address = to->address,
          .port = port.value_or(0),
          .bridge = bridge_of(*rules.front(), to->address)};
}

// The engine leaves what comes from the container's own bridge untranslated, and accepts what goes
// to the container over the bridge: both rules name it.
std::optional<std::string> PacketFilterPaths::bridge_of(const FilterRule& translating,
                                                        const IpAddress& to) const {
  for (const PacketCondition& condition : translating.conditions) {
    if (condition.kind == Kind::in_interface && condition.negated) return condition.text;
  }
  for (const Table& table : tables_) {
    for (const FilterChain& chain : table.table->chains) {
      for (const FilterRule& rule : chain.rules) {
        const PacketCondition* out = nullptr;
        bool is_for_it = false;
        for (const PacketCondition& condition : rule.conditions) {
          if (condition.negated) continue;
          if (condition.kind == Kind::out_interface) out = &condition;
          is_for_it =
              is_for_it ||
              (condition.kind == Kind::destination && condition.prefixes.size() == 1 &&
               condition.prefixes.front().length >= 32 && condition.prefixes.front().address == to);
        }
        if (is_for_it && out != nullptr) return out->text;
      }
    }
  }
  return std::nullopt;
}

Passage PacketFilterPaths::into_container(const Packet& packet,
                                          const Translation& translation) const {
  const Passage before = at(Hook::prerouting, packet, first_priority, destinations_translated);
  Packet sent_on = packet;
  sent_on.destination = {.who = Who::address, .address = translation.address};
  sent_on.port = translation.port;
  sent_on.translated = true;
  const Passage after =
      at(Hook::prerouting, sent_on, destinations_translated, behind_last_priority);
  sent_on.out_interface = translation.bridge;
  return both(both(before, after),
              both(at(Hook::forward, sent_on, first_priority, behind_last_priority),
                   at(Hook::postrouting, sent_on, first_priority, behind_last_priority)));
}

std::vector<std::string> outside_interfaces(const Host& host) {
  if (host.outside_interfaces && !host.outside_interfaces->empty()) {
    return *host.outside_interfaces;
  }
  return {""};
}

namespace {

class Ports {
 public:
  explicit Ports(const Host& host)
      : paths_(*host.packet_filter), interfaces_(outside_interfaces(host)) {}

  PublishedPorts follow(const Host& host) {
    for (const ContainerSpec* const container : host.containers) {
      if (!container->ports_in_force) continue;
      for (const Port& port : *container->ports_in_force) follow(*container, port);
    }
    return std::move(out_);
  }

 private:
  void follow(const ContainerSpec& container, const Port& port) {
    const std::optional<PortRange> range = port_range(port.published);
    const std::string protocol = port.protocol.empty() ? "tcp" : port.protocol;
    if (!range || range->first == 0 || range->first != range->last) return;
    ++out_.count;
    if (out_.count > max_published_ports || (protocol != "tcp" && protocol != "udp")) {
      return undecided(container, port);
    }
    Packet packet;
    packet.family = port.host_ip.contains(':') ? AddressFamily::ipv6 : AddressFamily::ipv4;
    packet.protocol = protocol;
    packet.port = packet.original_port = static_cast<std::uint16_t>(range->first);
    if (const auto address = ip_address(port.host_ip); address && !is_any_address(port.host_ip)) {
      packet.destination = packet.original_destination = {
          .who = Who::address, .address = *address, .is_local = true};
    }
    if (is_loopback(port.host_ip)) return follow_loopback(container, port, packet);
    for (const std::string& interface : interfaces_) {
      packet.in_interface = interface;
      if (!follow_published(container, port, packet)) return undecided(container, port);
    }
  }

  // False when it cannot be decided.
  bool follow_published(const ContainerSpec& container, const Port& port, const Packet& packet) {
    const Passage meant = paths_.into_host(packet);
    if (meant.passes == Answer::yes) return true;
    const Translation translation = paths_.translation(packet);
    // Then a program of the host answers, behind INPUT.
    if (translation.happens == Answer::no) return true;
    if (translation.happens == Answer::unknown) return false;
    const Passage really = paths_.into_container(packet, translation);
    if (really.passes == Answer::no) return true;
    if (really.passes == Answer::unknown || meant.passes == Answer::unknown) return false;
    out_.bypassed.push_back({.container = &container,
                             .port = &port,
                             .number = *packet.port,
                             .family = packet.family,
                             .protocol = packet.protocol,
                             .interface = packet.in_interface,
                             .refused_at = meant.refused_at});
    return true;
  }

  // The host's loopback address cannot be reached from outside, but the container's own can, by a
  // neighbour that sends packets for it to this host: FORWARD lets through what is for a published
  // port, and does not know that it was published for the host alone.
  void follow_loopback(const ContainerSpec& container, const Port& port, const Packet& packet) {
    const Translation translation = paths_.translation(packet);
    if (translation.happens == Answer::no) return;
    if (translation.happens == Answer::unknown) return undecided(container, port);
    for (const std::string& interface : interfaces_) {
      Packet direct;
      direct.family = packet.family;
      direct.protocol = packet.protocol;
      direct.in_interface = interface;
      direct.out_interface = translation.bridge;
      direct.destination =
          direct.original_destination = {.who = Who::address, .address = translation.address};
      direct.port = direct.original_port = translation.port;
      const Passage passage = paths_.through_host(direct);
      if (passage.passes == Answer::unknown) return undecided(container, port);
      if (passage.passes == Answer::no) continue;
      out_.neighbours.push_back({.container = &container,
                                 .port = &port,
                                 .family = packet.family,
                                 .protocol = packet.protocol,
                                 .interface = interface,
                                 .address = translation.address,
                                 .number = translation.port,
                                 .bridge = translation.bridge.value_or("")});
    }
  }

  void undecided(const ContainerSpec& container, const Port& port) {
    out_.undecided.push_back(concat("port ", port.published, " of ", container.label()));
  }

  PacketFilterPaths paths_;
  std::vector<std::string> interfaces_;
  PublishedPorts out_;
};

}  // namespace

PublishedPorts published_ports(const Host& host) {
  return Ports(host).follow(host);
}

Answer limits_egress(const Host& host, std::string_view bridge, AddressFamily family) {
  PacketFilterPaths all(*host.packet_filter);
  PacketFilterPaths understood(*host.packet_filter);
  understood.leave_out_unknown_conditions();
  Answer limited = Answer::yes;
  for (const std::string& interface : outside_interfaces(host)) {
    Packet packet;
    packet.family = family;
    packet.in_interface = bridge;
    packet.out_interface = interface;
    packet.source = packet.destination = packet.original_destination = {};
    if (understood.through_host(packet).can_be_dropped) continue;
    if (!all.through_host(packet).can_be_dropped) return Answer::no;
    limited = Answer::unknown;
  }
  return limited;
}

std::vector<std::string> container_bridges(const PacketFilter& filter) {
  std::set<std::string> bridges;
  for (const FilterTable& table : filter.tables) {
    for (const FilterChain& chain : table.chains) {
      for (const FilterRule& rule : chain.rules) {
        for (const PacketCondition& condition : rule.conditions) {
          if (condition.kind != Kind::in_interface && condition.kind != Kind::out_interface)
            continue;
          if (is_container_bridge(condition.text)) bridges.insert(condition.text);
        }
      }
    }
  }
  return {bridges.begin(), bridges.end()};
}

}  // namespace plimsoll::rules
