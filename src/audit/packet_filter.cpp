#include "audit/packet_filter.h"

#include "audit/legacy_tables.h"
#include "audit/nftables_text.h"

namespace plimsoll::audit {

Result<std::string> packet_filter_text() {
  Result<std::string> nftables = read_nftables();
  if (!nftables) return nftables;
  Result<std::string> legacy = read_legacy_tables();
  if (!legacy) return legacy;
  return *nftables + *legacy;
}

}  // namespace plimsoll::audit
