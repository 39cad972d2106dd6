// What x_tables' own matches and targets hold, in iptables-save's words. Both ways in which a
// kernel keeps iptables rules have them: the legacy tables, and nf_tables' compatibility
// expressions.
#pragma once

#include <string>
#include <string_view>

#include "audit/netlink.h"
#include "subjects/packet_filter.h"

namespace plimsoll::audit {

// "-m conntrack --ctstate NEW"; "" for a match that decides nothing (a comment); "-m unknown-NAME"
// for one that is not understood.
std::string match_text(std::string_view name, unsigned revision, Bytes info, AddressFamily family);

// "-j DNAT --to-destination 172.17.0.2:80", "-j LOG": what stands behind the name only where it
// says where packets go.
std::string target_text(std::string_view name, unsigned revision, Bytes info, AddressFamily family);

// A name as it can stand in such a text: what is neither letter, digit nor one of -_.+@:/ becomes
// _.
std::string plain_name(std::string_view name);
// "tcp", "udp", "icmp", or the number.
std::string protocol_text(unsigned protocol);
// The names of connection states in the bits of the match "conntrack": "NEW,ESTABLISHED".
std::string state_text(unsigned bits);
// These bits for those of the match "state" and of nf_tables, which have no states for translation.
unsigned conntrack_bits(unsigned bits);
// The names of what became of a connection: "SEEN_REPLY", "DNAT".
std::string status_text(unsigned bits);
// "10.0.0.0/8"; "" for a mask with holes.
std::string prefix_text(Bytes address, Bytes mask);
// "22", "1024:65535".
std::string ports_text(unsigned first, unsigned last);

}  // namespace plimsoll::audit
