// `plimsoll image`: reads an image, and judges what is in it.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::scan {

app::ExitCode image_command(const app::Arguments& arguments);

}  // namespace plimsoll::scan
