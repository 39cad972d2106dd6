// The packet filter of a machine: the rules that decide which packets its kernel takes, forwards or
// drops. They are read from one text in the form of iptables-save, whichever way the kernel keeps
// them (x_tables, nf_tables).
//
// A packet visits hooks: what comes in passes PREROUTING, where its destination may be translated,
// and then INPUT when it is for the machine itself, or FORWARD when it is for another, a container
// included. So the port of a container that is published by translation never sees INPUT. At each
// hook all chains are asked that are attached to it, of every table, those with the lower priority
// first; a packet goes on only when each accepts it.
//
// Facts: netfilter's uapi headers (linux/netfilter/nf_tables.h, linux/netfilter_ipv4.h),
// iptables-extensions(8), nft(8).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "subjects/located.h"

namespace plimsoll {

enum class AddressFamily : std::uint8_t { ipv4, ipv6 };

struct IpAddress {
  AddressFamily family = AddressFamily::ipv4;
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address has the first four

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;  // in bits

  bool contains(const IpAddress& other) const;
};

// "192.0.2.1", "2001:db8::1"; nothing for anything else.
std::optional<IpAddress> ip_address(std::string_view text);
// "10.0.0.0/8", "10.0.0.0/255.0.0.0", or an address alone; nothing for anything else, also for a
// mask with holes.
std::optional<IpPrefix> ip_prefix(std::string_view text);
std::string text_of(const IpAddress& address);

// "docker0", "docker_gwbridge", "br-0123456789ab": what the engine calls the bridges that it makes.
bool is_container_bridge(std::string_view interface);

struct PortSpan {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

// One thing that a rule asks of a packet.
struct PacketCondition {
  enum class Kind : std::uint8_t {
    in_interface,   // `text` is a name; a `+` at its end stands for any ending
    out_interface,  // the same
    protocol,       // `text` in lower case: "tcp", "udp", "all", "47"
    family,         // `text` is "4" or "6"
    source,         // `prefixes`, one of them
    destination,
    source_ports,  // `ports`, one of them
    destination_ports,
    either_ports,                // the source's or the destination's
    tcp_flags,                   // `mask`, `flags`
    state,                       // `words`, one of them: "NEW", "ESTABLISHED", "DNAT", …
    status,                      // the same: "DNAT", "SEEN_REPLY", …
    direction,                   // `text` is "ORIGINAL" or "REPLY"
    original_source,             // `prefixes`: before any translation
    original_destination,        // the same
    original_destination_ports,  // `ports`
    source_type,                 // `words`: "LOCAL", "UNICAST", …
    destination_type,            // the same
    fragment,                    // not the first part of a datagram
    reverse_path,                // the answer would leave where the packet came in
    unknown,                     // anything else: `text` names the match
  };
  Kind kind = Kind::unknown;
  bool negated = false;
  std::string text{};
  std::vector<std::string> words{};
  std::vector<IpPrefix> prefixes{};
  std::vector<PortSpan> ports{};
  std::uint8_t mask = 0;  // as in the TCP header: FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32
  std::uint8_t flags = 0;
};

struct FilterRule {
  std::vector<PacketCondition> conditions;  // all must hold
  std::string target;                       // "ACCEPT", "DROP", a chain's name; "": it only counts
  bool is_goto = false;                     // -g: what comes after the jump is skipped
  std::string translated_to;                // of target DNAT: "172.17.0.2:80", "[fd00::2]:80"
  Location at;                              // the line
};

struct FilterChain {
  // Where a packet meets the chain of itself; none: only by a jump.
  enum class Hook : std::uint8_t { none, prerouting, input, forward, output, postrouting };

  std::string name{};
  Hook hook = Hook::none;
  std::int32_t priority = 0;
  bool translates = false;  // a chain for address translation: it sees the first packet only
  std::string policy{};     // "ACCEPT", "DROP", "" for a chain without a hook
  std::vector<FilterRule> rules{};
  Location at{};  // the line that declares it
};

struct FilterTable {
  std::string name;  // "filter", "nat"
  // Which packets it sees: "ip", "ip6", "inet" for both. Bridges and devices have others.
  std::string family;
  bool legacy = false;  // of x_tables, whose chains know nothing of nf_tables'
  std::vector<FilterChain> chains;

  bool sees(AddressFamily packets) const;
  const FilterChain* chain(std::string_view chain_name) const;
};

struct PacketFilter {
  std::vector<FilterTable> tables;
  Location at;  // the text as a whole: where what is absent is placed

  // The chain DOCKER-USER that the engine asks for packets of this family; null: there is none.
  const FilterChain* docker_user(AddressFamily family) const;
};

}  // namespace plimsoll
