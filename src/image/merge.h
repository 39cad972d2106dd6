// Puts layers together into what a container sees: the files of the upper layer hide those below
// it, and whiteouts delete them (OCI image specification, "Layer": Whiteouts).
#pragma once

#include <vector>

#include "base/result.h"
#include "image/layer.h"
#include "subjects/image.h"

namespace plimsoll::image {

// Fills in what the layers say: packages, accounts, files with rights, the sizes of the layers.
// `image.layers` is as long as `layers`, the base first.
void merge(std::vector<Layer>& layers, Image& image);

}  // namespace plimsoll::image
