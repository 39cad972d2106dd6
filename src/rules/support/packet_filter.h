// Follows a new connection through a packet filter. A match that is not understood, or that depends
// on what is not known of the connection, may hold or not: both ways are followed, and only what is
// the same on all of them is an answer.
//
// The client is a stranger: no rule that lets certain addresses in, or keeps them out, names its
// address. What holds for everybody else is asked for.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/container_spec.h"
#include "subjects/host.h"
#include "subjects/packet_filter.h"

namespace plimsoll::rules {

enum class Answer : std::uint8_t { no, yes, unknown };

// An address, or who has it where it is not known which.
struct Party {
  enum class Who : std::uint8_t {
    stranger,   // an address outside that no rule names
    this_host,  // one of the machine's own, which one is not known
    anyone,     // any address: every rule about addresses may hold
    address,
  };
  Who who = Who::anyone;
  IpAddress address{};
  bool is_local = false;  // the address is one of the machine's own
};

// The first packet of a connection, as it comes to a hook.
struct Packet {
  AddressFamily family = AddressFamily::ipv4;
  std::string protocol;  // "tcp", "udp"; "" is any
  // "": a name that no rule has.
  std::string in_interface;
  // Nothing where it is not known; "" where a packet has none yet.
  std::optional<std::string> out_interface = "";
  Party source{.who = Party::Who::stranger};
  Party destination{.who = Party::Who::this_host};
  Party original_destination{.who = Party::Who::this_host};  // before its translation
  std::optional<std::uint16_t> port;                         // nothing: any
  std::optional<std::uint16_t> original_port;
  bool translated = false;
  bool tracked = true;  // its connection is known: after priority -200
};

// What a filter does to a packet at a hook.
struct Passage {
  Answer passes = Answer::unknown;
  bool can_be_dropped = true;
  Location refused_at;  // the rule or the policy that drops it, where one does
};

// Where the packets of a connection are sent on to.
struct Translation {
  Answer happens = Answer::unknown;
  IpAddress address{};  // these are set when it happens
  std::uint16_t port = 0;
  std::optional<std::string> bridge{};  // the interface that leads there, where rules name it
};

class PacketFilterPaths {
 public:
  explicit PacketFilterPaths(const PacketFilter& filter);

  // Conditions that are not understood never hold: for asking whether something else decides.
  void leave_out_unknown_conditions() { unknown_ = Answer::no; }

  // A connection to the machine itself: PREROUTING and INPUT.
  Passage into_host(const Packet& packet) const;
  // What becomes of its destination before that is decided.
  Translation translation(const Packet& packet) const;
  // The same connection when it is sent on to a container: PREROUTING, FORWARD, POSTROUTING.
  Passage into_container(const Packet& packet, const Translation& translation) const;
  // A packet that is forwarded as it is.
  Passage through_host(const Packet& packet) const;

 private:
  using Hook = FilterChain::Hook;
  struct Table {
    const FilterTable* table;
    std::map<std::string_view, const FilterChain*> chains;
  };
  struct Attached {
    const Table* table;
    const FilterChain* chain;
  };
  class Walk;

  std::vector<Attached> attached(Hook hook, AddressFamily family) const;
  // At the chains of a hook whose priority lies in [from, to).
  Passage at(Hook hook, const Packet& packet, std::int64_t from, std::int64_t to) const;
  std::optional<std::string> bridge_of(const FilterRule& translating, const IpAddress& to) const;

  std::vector<Table> tables_;
  Answer unknown_ = Answer::unknown;
};

// A published port that the host refuses to strangers and that is open to them all the same.
struct BypassedPort {
  const ContainerSpec* container = nullptr;
  const Port* port = nullptr;
  std::uint16_t number = 0;
  AddressFamily family = AddressFamily::ipv4;
  std::string protocol;
  std::string interface;  // "" where the machine's outside interfaces are not known
  Location refused_at;    // what was meant to keep strangers out
};

// A port published for the machine itself, whose container a neighbour reaches by its own address.
struct NeighbourPort {
  const ContainerSpec* container = nullptr;
  const Port* port = nullptr;
  AddressFamily family = AddressFamily::ipv4;
  std::string protocol;
  std::string interface;
  IpAddress address{};  // the container's
  std::uint16_t number = 0;
  std::string bridge;  // "" where it is not known
};

struct PublishedPorts {
  std::vector<BypassedPort> bypassed;
  std::vector<NeighbourPort> neighbours;
  std::vector<std::string> undecided;  // `port 80 of container "web"`
  std::size_t count = 0;               // published ports that were looked at
};

// The most published ports that are followed; what is beyond is undecided.
inline constexpr std::size_t max_published_ports = 2000;

// What the host's packet filter, which must be known, does with the published ports of its running
// containers.
PublishedPorts published_ports(const Host& host);

// The interfaces that strangers come in through; a nameless one where none is known.
std::vector<std::string> outside_interfaces(const Host& host);

// Whether anything limits what containers on a bridge may reach outside.
Answer limits_egress(const Host& host, std::string_view bridge, AddressFamily family);
// The bridges of containers that the rules name, in the order of their names.
std::vector<std::string> container_bridges(const PacketFilter& filter);

}  // namespace plimsoll::rules
