// Anything as a layer: every reader of files behind it is fuzzed, too, where the tar holds one.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "image/layer_reader.h"
#include "image/merge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace plimsoll;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  // The pieces that it comes in change nothing; how much of a damaged stream is unpacked before the
  // damage is noticed, they may.
  image::LayerReader whole;
  whole.push(bytes);
  image::LayerReader pieces;
  for (std::size_t at = 0; at < size; at += 97) pieces.push(bytes.substr(at, 97));
  std::vector<image::Layer> layers;
  layers.push_back(whole.finish());
  layers.push_back(pieces.finish());
  const bool is_sound = layers[0].errors.empty() || layers[1].errors.empty();
  if (is_sound && (layers[0].computed_diff_id != layers[1].computed_diff_id ||
                   layers[0].files.files().size() != layers[1].files.files().size() ||
                   layers[0].errors.size() != layers[1].errors.size())) {
    __builtin_trap();
  }
  Image image;
  image.layers.resize(layers.size());
  image::merge(layers, image);
  return 0;
}
