// What every program of the project does around its work: parse what was typed, show help, turn the
// outcome into an exit code.
#pragma once

#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::app {

// `argv` as of plimsoll: the command behind the program's name, also of the programs beside it.
// Returns what main() returns.
int run_program(int argc, const char* const* argv, ExitCode (*run)(const Arguments&));

}  // namespace plimsoll::app
