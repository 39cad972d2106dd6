// `plimsoll image --tree`: what each layer of an image brought and wasted, drawn for a terminal.
#pragma once

#include <string>

#include "image/image_reader.h"

namespace plimsoll::scan {

// Lines, each with its ending; what the image says of itself is made printable.
std::string layer_tree(const image::ImageReading& reading);

}  // namespace plimsoll::scan
