#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/output.h"

namespace plimsoll::app {

ExitCode version_command(const Arguments&) {
  Output output;
  output.stream() << "plimsoll " PLIMSOLL_VERSION "\n";
  if (const std::optional<Error> error = output.finish()) return fail_with(*error);
  return ExitCode::clean;
}

}  // namespace plimsoll::app
