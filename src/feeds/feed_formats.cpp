#include <algorithm>
#include <array>

#include "feeds/feed_format.h"
#include "feeds/formats/formats.h"

namespace plimsoll::feeds {

bool Outline::has(std::string_view key) const {
  return std::ranges::find(keys, key, &Key::name) != keys.end();
}

std::span<const FeedFormat> feed_formats() {
  static const std::array all{
      alpine_secdb, epss_csv, epss_json, kev, osv,
  };
  return all;
}

}  // namespace plimsoll::feeds
