#include <algorithm>

#include "feeds/feed_format.h"

namespace plimsoll::feeds {

bool Outline::has(std::string_view key) const {
  return std::ranges::find(keys, key, &Key::name) != keys.end();
}

std::span<const FeedFormat> feed_formats() {
  return {};
}

}  // namespace plimsoll::feeds
