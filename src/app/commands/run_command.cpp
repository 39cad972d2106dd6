#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/fix.h"
#include "app/reporting.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "base/utf8.h"
#include "readers/run_command/run_command_reader.h"

namespace plimsoll::app {
namespace {

constexpr std::string_view line_name = "<run line>";

// The line with every fix made, those that can change behaviour included: who asks for a hardened
// line wants to see them.
std::string hardened(const std::string& line, const CheckOptions& check) {
  MemoryFiles files;
  files.add(std::string(line_name), line);
  const std::vector<Input> inputs{{InputKind::shell_script, {std::string(line_name)}}};
  const FixResult result =
      fix(inputs, files, {.check = check, .unsafe = true, .moves_secrets = false, .lists = false});
  return result.files.empty() ? line : result.files.front().after;
}

// Becomes the line. Returns only when it cannot be run.
ExitCode execute(const std::string& line, std::string_view colour) {
  std::cerr << concat("+ ", printable(line), "\n") << std::flush;
  const std::string command = concat("exec ", line);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  return fail_with({.message = concat("cannot run the line: ", lower(std::strerror(errno)))},
                   colour);
}

}  // namespace

ExitCode run_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  if (arguments.operands.empty()) {
    return fail_with({.message = "there is no run line to check",
                      .hint = "write it after --: plimsoll run -- docker run nginx:1.27"},
                     colour);
  }
  const RealFiles files;
  const std::unique_ptr<Policies> policies = load_policies({}, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options->policies = policies.get();
  auto sources = std::make_unique<Sources>();
  std::string line;
  for (const std::string& word : arguments.operands) {
    if (!line.empty()) line += ' ';
    line += shell_word(word);
  }
  const Source& source = sources->add(std::string(line_name), line);
  Result<std::unique_ptr<ContainerSpec>> container = read_run_arguments(source, arguments.operands);
  if (!container) return fail_with(container.error(), colour);
  std::vector<std::unique_ptr<ContainerSpec>> containers;
  containers.push_back(std::move(*container));
  if (arguments.has("exec")) return execute(hardened(line, *options), colour);
  ReportOutput output(arguments);
  output.add(check_containers(std::move(sources), containers, *options));
  if (const std::string better = hardened(line, *options); better != line) {
    output.close_with(concat("hardened:\n  ", printable(better), "\n"));
  }
  return output.finish();
}

}  // namespace plimsoll::app
