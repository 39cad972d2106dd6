// Reads any bytes as the JSON of one of the formats here; the first byte says which. What is handed
// on is within the bounds that everybody behind counts on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "feeds/checking_sink.h"
#include "feeds/formats/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  if (size == 0) return 0;
  const FeedFormat* const formats[] = {&csaf, &debian_tracker, &errata_json, &ghsa,
                                       &updateinfo_json};
  read_checked(*formats[data[0] % 5], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
