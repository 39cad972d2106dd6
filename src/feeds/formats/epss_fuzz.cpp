// Reads any bytes as estimates, in both forms, recognised or not.
#include <cstddef>
#include <cstdint>

#include "feeds/checking_sink.h"
#include "feeds/formats/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_checked(epss_csv, text);
  read_checked(epss_json, text);
  return 0;
}
