#include <unistd.h>
#include <cerrno>
#include <cstring>

#include <algorithm>
#include <array>

#include "app/commands/check_files.h"
#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/reporting.h"
#include "base/text.h"

namespace plimsoll::app {
namespace {

constexpr std::string_view standard_input = "<stdin>";

Result<std::string> read_standard_input() {
  std::string text;
  std::array<char, 64 * 1024> bytes;
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return failure({.message = concat("cannot be read: ", lower(std::strerror(errno))),
                      .file = std::string(standard_input)});
    }
    if (count == 0) return text;
    text.append(bytes.data(), static_cast<std::size_t>(count));
    if (text.size() > max_source_bytes) {
      return failure({.message = concat("is larger than ", std::to_string(max_source_bytes >> 20),
                                        " MiB, the most that is read as one text"),
                      .file = std::string(standard_input)});
    }
  }
}

// Standard input has a kind by the name it is given, by its content, or, since people pipe single
// lines, because it speaks of a container engine.
std::optional<InputKind> kind_of_text(std::string_view path, std::string_view text) {
  if (const auto kind = kind_by_name(path)) return kind;
  if (const auto kind = kind_by_content(path, text)) return kind;
  for (const std::string_view engine : {"docker", "podman", "nerdctl"}) {
    if (text.contains(engine)) return InputKind::shell_script;
  }
  return std::nullopt;
}

Result<Report> check_standard_input(std::string_view name, const Files& files,
                                    const CheckOptions& options) {
  Result<std::string> text = read_standard_input();
  if (!text) return failure(std::move(text.error()));
  const std::string path(name.empty() ? standard_input : name);
  const std::optional<InputKind> kind = kind_of_text(path, *text);
  if (!kind) {
    return failure({.message = "standard input is nothing that can be checked, as far as it shows",
                    .hint = "say what it is: --stdin-filename Dockerfile",
                    .file = path});
  }
  return check_text(path, std::move(*text), *kind, files, options);
}

}  // namespace

std::optional<ExitCode> check_files(const Arguments& arguments, CheckedFiles& checked,
                                    ReportOutput& output) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> options = check_options(arguments);
  if (!options) return fail_with(options.error(), colour);
  checked.options = std::move(*options);
  const RealFiles& files = checked.files;

  std::vector<std::string> paths = arguments.operands;
  if (paths.empty()) paths.emplace_back(".");
  const bool takes_standard_input = std::erase(paths, "-") > 0;
  if (std::optional<Error> error = missing_path(paths, files)) return fail_with(*error, colour);

  Discovery& found = checked.found;
  if (!paths.empty()) found = discover(paths, files);
  checked.policies =
      load_policies(found.inputs, arguments.value("stdin-filename"), files, arguments);
  if (checked.policies == nullptr) return ExitCode::failed;
  checked.options.policies = checked.policies.get();

  if (!paths.empty()) {
    check(found.inputs, files, checked.options, output);
    Report unseen;
    unseen.errors = std::move(found.errors);
    output.add(std::move(unseen));
  }
  if (takes_standard_input) {
    Result<Report> report =
        check_standard_input(arguments.value("stdin-filename"), files, checked.options);
    if (!report) return fail_with(report.error(), colour);
    output.add(std::move(*report));
  }
  return std::nullopt;
}

ExitCode check_command(const Arguments& arguments) {
  if (arguments.has("images")) return become(image_program, arguments);
  ReportOutput output(arguments);
  CheckedFiles checked;
  if (const auto failed = check_files(arguments, checked, output)) return *failed;
  return output.finish();
}

}  // namespace plimsoll::app
