// The rules of x_tables, which iptables-legacy writes, in iptables-save's words.
//
// A table is one block of entries, each with its matches and a target. A chain is a run of them, a
// jump the distance from the block's start; a chain of the user's begins behind an entry that holds
// its name.
//
// Facts: linux/netfilter_ipv4/ip_tables.h, linux/netfilter_ipv6/ip6_tables.h.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "audit/netlink.h"
#include "base/result.h"
#include "subjects/packet_filter.h"

namespace plimsoll::audit {

// A table's entries and where its chains begin, as the kernel gives them.
struct LegacyTable {
  std::string name;
  AddressFamily family = AddressFamily::ipv4;
  std::uint32_t hooks = 0;                     // a bit for each that it has
  std::array<std::uint32_t, 5> begins{};       // of the chain at each hook
  std::array<std::uint32_t, 5> policies_at{};  // the last entry of each
  std::vector<std::uint8_t> entries{};
};

// Its chains and rules; an error where the block is not what it should be.
Result<std::string> table_text(const LegacyTable& table);

// All tables that there are. None is made: a table that nobody asked for yet is not asked for.
Result<std::string> read_legacy_tables();

}  // namespace plimsoll::audit
