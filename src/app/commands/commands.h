// One file per command; each takes what was typed and returns the exit code.
#pragma once

#include <string_view>

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
// Becomes a program beside this one, which does the command; comes back when that failed.
ExitCode become(std::string_view program, const Arguments& arguments);
inline constexpr std::string_view image_program = "plimsoll-image";
ExitCode version_command(const Arguments& arguments);

}  // namespace plimsoll::app
