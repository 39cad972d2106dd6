// The image that a command is about: its one operand, read as its flags say.
#pragma once

#include "app/flags.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

Result<image::ImageReading> read_operand(const app::Arguments& arguments);

}  // namespace plimsoll::scan
