#include <algorithm>
#include <array>

#include "feeds/feed_format.h"
#include "feeds/formats/formats.h"

namespace plimsoll::feeds {

bool Outline::has(std::string_view key) const {
  return std::ranges::find(keys, key, &Key::name) != keys.end();
}

std::span<const FeedFormat> feed_formats() {
  // The last one is recognised by the least.
  static const std::array all{alpine_secdb,   csaf,          epss_csv, epss_json, errata_json,
                              ghsa,           kev,           osv,      oval_xml,  updateinfo_json,
                              updateinfo_xml, debian_tracker};
  return all;
}

}  // namespace plimsoll::feeds
