// What `check` and `run` have in common: flags to options, a report to output and exit code.
#pragma once

#include "app/check.h"
#include "app/exit_code.h"
#include "app/flags.h"

namespace plimsoll::app {

// The options that the flags ask for; an unknown rule is an error.
Result<CheckOptions> check_options(const Arguments& arguments);

// Writes the report in the format and to the place that the flags ask for, and says how it ended.
ExitCode write_report(const Report& report, const Arguments& arguments);

}  // namespace plimsoll::app
