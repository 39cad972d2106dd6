// Reads the rules of a packet filter from the form in which iptables-save writes them, and in which
// an audit writes those of nf_tables, too. Lines that begin with # say what the form has no word
// for; without them a text is that of iptables-save itself:
//   # nf_tables, family inet          of the tables that follow; "x_tables" for the legacy ones
//   # hook input, priority 10         of the chain that follows; ", translation" may stand behind
#pragma once

#include "base/result.h"
#include "subjects/packet_filter.h"

namespace plimsoll {

// The most rules that are read, of all chains together. A machine that blocks addresses one by one
// has some ten thousand.
inline constexpr std::size_t max_filter_rules = 200'000;

// What a rule asks that is not understood becomes a condition of kind `unknown`; only a line that
// is none of this form is an error.
Reading<PacketFilter> read_packet_filter(const Source& source);

}  // namespace plimsoll
