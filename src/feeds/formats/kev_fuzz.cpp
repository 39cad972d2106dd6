// Reads any bytes as CISA's catalogue, recognised or not.
#include <cstddef>
#include <cstdint>

#include "feeds/checking_sink.h"
#include "feeds/formats/formats.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll::feeds;
  const simdjson::padded_string text(reinterpret_cast<const char*>(data), size);
  simdjson::ondemand::parser parser;
  CheckingSink sink;
  kev.read({text, "x"}, parser, sink);
  return 0;
}
