// The rules of nf_tables in iptables-save's words.
//
// A rule is a program for a small machine: expressions load parts of the packet into registers and
// compare them, and the last ones say what to do. iptables writes such programs, too, with
// expressions for those of its own matches that have no other. Here the registers are followed
// without a packet, to say what is compared.
//
// Facts: linux/netfilter/nf_tables.h, nf_tables_compat.h; nft(8).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/netlink.h"
#include "base/result.h"

namespace plimsoll::audit {

// A set or a map, as its elements were dumped.
struct NftSet {
  struct Element {
    std::vector<std::uint8_t> key;
    std::vector<std::uint8_t> key_end;  // of an element that is a range; empty otherwise
    std::vector<std::uint8_t> verdict;  // of a map to verdicts: its attributes
    bool ends_interval = false;         // the first key behind one
    bool is_catchall = false;           // for what is no other element
  };
  bool is_interval = false;
  bool is_complete = false;  // false: too many elements, or of a kind that is not understood
  std::vector<Element> elements;
};

// By table and name.
using NftSets = std::map<std::pair<std::string, std::string>, NftSet>;

// A rule's words behind `-A CHAIN`, one text for each way through a map. `family` is the table's:
// NFPROTO_IPV4, NFPROTO_IPV6 or NFPROTO_INET. `expressions` is the value of NFTA_RULE_EXPRESSIONS.
std::vector<std::string> rule_texts(Bytes expressions, std::uint8_t family,
                                    const std::string& table, const NftSets& sets);

// All tables of families ip, ip6 and inet, as packet_filter_reader.h describes them. Empty when the
// kernel has no nf_tables, or no tables.
Result<std::string> read_nftables();

}  // namespace plimsoll::audit
