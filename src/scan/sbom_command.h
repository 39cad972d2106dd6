// `plimsoll sbom`: the inventory of an image, for other tools.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::scan {

app::ExitCode sbom_command(const app::Arguments& arguments);

}  // namespace plimsoll::scan
