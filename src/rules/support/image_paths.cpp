#include "rules/support/image_paths.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::rules {

Location place_of_layer(const Image& image, std::size_t layer) {
  if (layer < image.layers.size() && image.layers[layer].at.known()) return image.layers[layer].at;
  return image.at;
}

std::string layer_words(const Image& image, std::size_t layer) {
  if (image.layers.size() < 2) return "the image";
  return concat("layer ", std::to_string(layer + 1));
}

const ImagePath* find_file(const Image& image, std::span<const std::string_view> names) {
  const auto found = std::ranges::find_if(image.paths, [&](const ImagePath& path) {
    return !path.is_hidden && path.kind == FileKind::file &&
           std::ranges::find(names, path.path) != names.end();
  });
  return found == image.paths.end() ? nullptr : &*found;
}

}  // namespace plimsoll::rules
