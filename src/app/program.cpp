#include "app/program.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

#include "app/diagnostics.h"
#include "base/text.h"

namespace plimsoll::app {
namespace {

ExitCode dispatch(const Arguments& arguments, ExitCode (*run)(const Arguments&)) {
  if (arguments.help) {
    const std::string text = arguments.command ? help_text(*arguments.command) : help_text();
    std::fwrite(text.data(), 1, text.size(), stdout);
    return ExitCode::clean;
  }
  return run(arguments);
}

}  // namespace

int run_program(int argc, const char* const* argv, ExitCode (*run)(const Arguments&)) {
  // A closed pipe is an error that write() reports, not the end of the program.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const Result<Arguments> arguments = parse_arguments(argc, argv);
    if (!arguments) return std::to_underlying(fail_with(arguments.error()));
    return std::to_underlying(dispatch(*arguments, run));
  } catch (const std::exception& error) {
    // Nothing is thrown on purpose: this is memory running out, or a fault of ours.
    return std::to_underlying(fail_with({.message = concat("internal error: ", error.what())}));
  }
}

}  // namespace plimsoll::app
