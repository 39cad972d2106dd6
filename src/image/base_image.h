// Which image an image was built on. Nothing in an image has to say it: builders may declare it
// (annotations and labels of the OCI image specification), and otherwise the history lets guess.
#pragma once

#include <optional>

#include "subjects/image.h"

namespace plimsoll::image {

// `declared` is what the manifest's annotations say; labels count where they say nothing. Nothing
// when the image shows no base: it was made from scratch, or its history is not told.
std::optional<ImageBase> find_base(const Image& image, ImageBase declared);

}  // namespace plimsoll::image
