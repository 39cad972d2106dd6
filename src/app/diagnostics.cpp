#include "app/diagnostics.h"

#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "app/output.h"
#include "base/text.h"
#include "reports/report.h"

namespace plimsoll::app {

void print_error(const Error& error, std::string_view colour) {
  std::ostringstream text;
  write_error(error, use_colour(colour, STDERR_FILENO), text);
  const std::string written = text.str();
  std::fwrite(written.data(), 1, written.size(), stderr);
}

void print_warning(std::string_view message, std::string_view colour) {
  const bool coloured = use_colour(colour, STDERR_FILENO);
  const std::string text =
      concat(coloured ? "\x1b[1;33mwarning\x1b[0m" : "warning", ": ", message, "\n");
  std::fwrite(text.data(), 1, text.size(), stderr);
}

ExitCode end_with(const std::vector<Error>& errors, std::string_view colour) {
  for (const Error& error : errors) print_error(error, colour);
  return errors.empty() ? ExitCode::clean : ExitCode::incomplete;
}

ExitCode fail_with(const Error& error, std::string_view colour) {
  print_error(error, colour);
  return ExitCode::failed;
}

}  // namespace plimsoll::app
