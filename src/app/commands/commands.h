// One file per command; each takes what was typed and returns the exit code.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::app {

ExitCode check_command(const Arguments& arguments);
ExitCode fix_command(const Arguments& arguments);
ExitCode run_command(const Arguments& arguments);
ExitCode explain_command(const Arguments& arguments);
ExitCode rules_command(const Arguments& arguments);
// Any command that another program does: Command::program.
ExitCode other_program(const Arguments& arguments);
ExitCode version_command(const Arguments& arguments);

}  // namespace plimsoll::app
