// What `plimsoll check` does with files, for the programs that check more along with them.
#pragma once

#include <memory>
#include <optional>

#include "app/check.h"
#include "app/discovery.h"
#include "app/flags.h"
#include "app/reporting.h"
#include "base/files.h"

namespace plimsoll::app {

// What was checked, and by what; the rest of a report is judged by the same.
struct CheckedFiles {
  RealFiles files;
  CheckOptions options;
  std::unique_ptr<Policies> policies;
  Discovery found;
};

// Checks what the operands name, into `output`. An exit code when the command ends with that, and
// the error is printed.
std::optional<ExitCode> check_files(const Arguments& arguments, CheckedFiles& checked,
                                    ReportOutput& output);

}  // namespace plimsoll::app
