// An image's configuration, of schema 2 and of OCI: the same but for the media type.
// Source: OCI image specification, "Image Configuration"; moby's image/spec.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "subjects/image.h"

namespace plimsoll::image {

struct ConfigReading {
  ImageConfig config;
  std::vector<Located<std::string>> diff_ids;
};

// Fields of another type than the specification's are left out: the engine refuses such an image.
Result<ConfigReading> read_config(const Source& source);

}  // namespace plimsoll::image
