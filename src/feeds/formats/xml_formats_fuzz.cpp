// Reads any bytes as the XML of one of the formats here; the first byte says which.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "feeds/checking_sink.h"
#include "feeds/formats/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  if (size == 0) return 0;
  const FeedFormat* const formats[] = {&oval_xml, &updateinfo_xml};
  read_checked(*formats[data[0] % 2], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
