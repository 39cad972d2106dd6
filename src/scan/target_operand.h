// The image that a command is about: its one operand, read as its flags say.
//
// Once the image is open the process gives up its rights (sandbox.h): what else is to be opened,
// the report among it, is opened before.
#pragma once

#include "app/flags.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

Result<image::ImageReading> read_operand(const app::Arguments& arguments);

}  // namespace plimsoll::scan
