// Reads any bytes as Alpine's security database, recognised or not.
#include <cstddef>
#include <cstdint>

#include "feeds/checking_sink.h"
#include "feeds/formats/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  read_checked(alpine_secdb, {reinterpret_cast<const char*>(data), size});
  return 0;
}
