// `plimsoll check --images`: the files as `plimsoll check` does, and what is in the images that the
// services of compose files run.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::scan {

app::ExitCode check_with_images(const app::Arguments& arguments);

}  // namespace plimsoll::scan
