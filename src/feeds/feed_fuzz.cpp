// Reads any bytes as a feed, however they are packed: recognition and all formats.
#include <cstddef>
#include <cstdint>

#include "feeds/checking_sink.h"
#include "feeds/feed_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  CheckingSink sink;
  read_feed_bytes({reinterpret_cast<const char*>(data), size}, "x", sink);
  return 0;
}
