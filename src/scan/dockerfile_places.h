// Where in a Dockerfile the layers of an image come from, so that a finding names its line and not
// one of the image's history.
#pragma once

#include <string>

#include "base/result.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

// Gives the layers and the history of the image the places of the instructions that made them, as
// far as the Dockerfile, whose text this is, has them; what comes from its base image keeps its
// place. An error when the image was not built by it, as far as its history tells.
Result<void> place_in_dockerfile(const std::string& path, std::string text,
                                 image::ImageReading& reading);

}  // namespace plimsoll::scan
