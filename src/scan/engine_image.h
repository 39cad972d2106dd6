// An image of a Docker engine. Of one on this machine it is read where the engine keeps it, if that
// is possible: with the overlay2 driver each layer lies unpacked in a directory, and nothing need
// be sent or unpacked. Of any other, and of Podman, the engine sends an archive.
#pragma once

#include <string>

#include "base/files.h"
#include "base/result.h"
#include "engine/endpoint.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

// `name` is a name or an id, as the docker command takes it. To read it in place needs the rights
// of root. May start a process that talks to the engine: no other thread may run yet.
Result<image::OpenedTarget> open_engine_image(const std::string& name,
                                              const Result<engine::Endpoint>& endpoint,
                                              const Files& files);

}  // namespace plimsoll::scan
