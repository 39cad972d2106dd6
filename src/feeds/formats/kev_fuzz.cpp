// Reads any bytes as CISA's catalogue, recognised or not.
#include <cstddef>
#include <cstdint>

#include "feeds/checking_sink.h"
#include "feeds/formats/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  read_checked(kev, {reinterpret_cast<const char*>(data), size});
  return 0;
}
