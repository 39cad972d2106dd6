#include "app/diagnostics.h"

#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "app/output.h"
#include "reports/report.h"

namespace plimsoll::app {

void print_error(const Error& error, std::string_view colour) {
  std::ostringstream text;
  write_error(error, use_colour(colour, STDERR_FILENO), text);
  const std::string written = text.str();
  std::fwrite(written.data(), 1, written.size(), stderr);
}

ExitCode fail_with(const Error& error, std::string_view colour) {
  print_error(error, colour);
  return ExitCode::failed;
}

}  // namespace plimsoll::app
