// An image of the Docker engine of this machine, read where the engine keeps it: with its overlay2
// driver each layer lies unpacked in a directory, and nothing need be sent or unpacked.
#pragma once

#include <string>

#include "base/files.h"
#include "base/result.h"
#include "engine/endpoint.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

// `name` is a name or an id, as the docker command takes it. Needs the rights to read the engine's
// data, which are root's.
Result<image::UnpackedImage> find_engine_image(const std::string& name,
                                               const Result<engine::Endpoint>& endpoint,
                                               const Files& files);

}  // namespace plimsoll::scan
