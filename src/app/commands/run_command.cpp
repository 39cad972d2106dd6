#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/reporting.h"
#include "readers/run_command/run_command_reader.h"

namespace plimsoll::app {
namespace {

// A word as a shell would take it back.
std::string quoted(const std::string& word) {
  constexpr std::string_view safe = "@%+=:,./-_";
  bool plain = !word.empty();
  for (const char c : word) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    plain = plain && (letter || safe.contains(c));
  }
  if (plain) return word;
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

ExitCode run_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  const Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  if (arguments.operands.empty()) {
    return fail_with({.message = "there is no run line to check",
                      .hint = "write it after --: plimsoll run -- docker run nginx:1.27"},
                     colour);
  }
  auto sources = std::make_unique<Sources>();
  std::string line;
  for (const std::string& word : arguments.operands) {
    if (!line.empty()) line += ' ';
    line += quoted(word);
  }
  const Source& source = sources->add("<run line>", std::move(line));
  Result<std::unique_ptr<ContainerSpec>> container = read_run_arguments(source, arguments.operands);
  if (!container) return fail_with(container.error(), colour);
  std::vector<std::unique_ptr<ContainerSpec>> containers;
  containers.push_back(std::move(*container));
  ReportOutput output(arguments);
  output.add(check_containers(std::move(sources), containers, *options));
  return output.finish();
}

}  // namespace plimsoll::app
