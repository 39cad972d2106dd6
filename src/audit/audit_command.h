#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::audit {

app::ExitCode audit_command(const app::Arguments& arguments);

}  // namespace plimsoll::audit
