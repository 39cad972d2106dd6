// Paths of an image, as rules talk of them.
#pragma once

#include <string>
#include <string_view>

#include "findings/finding.h"
#include "subjects/image.h"

namespace plimsoll::rules {

// Where a finding about something in a layer stands: at what made the layer, or at the image.
Location place_of_layer(const Image& image, std::size_t layer);

// "layer 3", and nothing more where there is only one.
std::string layer_words(const Image& image, std::size_t layer);

// A file that a container sees under one of these names; null for none.
const ImagePath* find_file(const Image& image, std::span<const std::string_view> names);

}  // namespace plimsoll::rules
