// The images that a command is about, read as its flags say.
//
// Once all of them are open the process gives up its rights (sandbox.h): what else is to be opened,
// the report among it, is opened before, and a command calls one of these once.
#pragma once

#include <string>
#include <vector>

#include "app/flags.h"
#include "image/image_reader.h"

namespace plimsoll::scan {

// In the order of the targets; of one that cannot be had, why.
std::vector<Result<image::ImageReading>> read_images(const std::vector<std::string>& targets,
                                                     const app::Arguments& arguments);
// The command's one operand.
Result<image::ImageReading> read_operand(const app::Arguments& arguments);

}  // namespace plimsoll::scan
