// Changes whenever the sources of this module, of advisories/ or of image/ do (a hash of them):
// what was read by other readers is not taken from the cache.
#pragma once

#include <string_view>

namespace plimsoll::feeds {

extern const std::string_view reader_version;

}  // namespace plimsoll::feeds
