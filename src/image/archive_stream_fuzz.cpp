// Anything as an archive that comes as a stream: the image in it is looked for, too.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "image/archive_stream.h"
#include "image/manifest.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto read = [&](std::size_t piece) {
    return image::read_archive_stream(
        [&](const std::function<bool(std::string_view)>& sink) -> Result<void> {
          for (std::size_t at = 0; at < bytes.size(); at += piece) {
            if (!sink(bytes.substr(at, piece))) break;
          }
          return {};
        },
        "image.tar", image::SearchSecrets::no);
  };
  const auto whole = read(size + 1);
  const auto pieces = read(61);
  if (whole.has_value() != pieces.has_value()) __builtin_trap();
  if (!whole) return 0;
  Sources sources;
  const auto image = image::find_image(whole->documents(), "image.tar", {}, sources);
  if (!image) return 0;
  for (const image::StoredLayer& layer : image->layers) {
    const auto one = whole->layer(layer.name);
    const auto other = pieces->layer(layer.name);
    if (one.has_value() != other.has_value()) __builtin_trap();
  }
  return 0;
}
