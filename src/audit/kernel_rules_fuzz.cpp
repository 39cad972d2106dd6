// Takes any bytes for what the kernel says of its rules: a rule of nf_tables, with a set and a map
// to look into, and a table of x_tables. What comes out is a text of printable lines.
#include <linux/netfilter.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "audit/legacy_tables.h"
#include "audit/nftables_text.h"
#include "base/utf8.h"

namespace {

using namespace plimsoll;
using namespace plimsoll::audit;

void require_lines(const std::string& text) {
  for (const char c : text) {
    if (c != '\n' && (c < ' ' || c > '~')) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  const std::uint8_t kind = data[0];
  const Bytes bytes(data + 1, size - 1);
  if (kind % 4 != 3) {
    constexpr std::uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6, NFPROTO_INET};
    NftSets sets;
    NftSet& set = sets[{"t", "s"}];
    set.is_complete = true;
    set.is_interval = (kind & 4) != 0;
    const std::size_t key = bytes[0] % 17;
    for (std::size_t i = 1; i + key < bytes.size() && set.elements.size() < 3; i += key + 1) {
      const auto from = bytes.subspan(i, key);
      set.elements.push_back({.key = {from.begin(), from.end()},
                              .key_end = {},
                              .verdict = {bytes.begin(), bytes.end()},
                              .ends_interval = (bytes[i - 1] & 1) != 0});
    }
    for (const std::string& text : rule_texts(bytes, families[kind % 4], "t", sets)) {
      require_lines(text);
      if (text.contains('\n')) std::abort();
    }
    return 0;
  }
  LegacyTable table{.name = "filter",
                    .family = (kind & 4) != 0 ? AddressFamily::ipv4 : AddressFamily::ipv6,
                    .hooks = 0x0e,
                    .begins = {0, 0, bytes[0] * 8u, bytes[1] * 8u, 0},
                    .policies_at = {0, bytes[1] * 8u, bytes[0] * 8u, bytes[2] * 8u, 0}};
  table.entries.assign(bytes.begin(), bytes.end());
  if (const Result<std::string> text = table_text(table)) require_lines(*text);
  return 0;
}
