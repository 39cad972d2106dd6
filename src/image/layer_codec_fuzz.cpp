// Anything as the bytes of a layer: they are refused, or the same bytes come out again. And as a
// layer: what was understood of it is the same behind the cache.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "image/layer_codec.h"
#include "image/layer_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto layer = image::decode(bytes); layer && image::encode(*layer) != bytes) {
    __builtin_trap();
  }
  image::LayerReader reader;
  reader.push(bytes);
  const std::string encoded = image::encode(reader.finish());
  const auto decoded = image::decode(encoded);
  if (!decoded || image::encode(*decoded) != encoded) __builtin_trap();
  return 0;
}
