#include <unistd.h>

#include <iostream>

#include "app/commands/commands.h"
#include "app/diagnostics.h"
#include "app/fix.h"
#include "app/output.h"
#include "app/reporting.h"
#include "base/text.h"
#include "base/utf8.h"
#include "base/write_file.h"
#include "fix/unified_diff.h"

namespace plimsoll::app {
namespace {

// A diff as terminals show it.
std::string coloured(std::string_view diff) {
  std::string out;
  for (const std::string_view line : split(diff, '\n')) {
    std::string_view colour;
    if (line.starts_with("---") || line.starts_with("+++")) {
      colour = "\x1b[1m";
    } else if (line.starts_with("@@")) {
      colour = "\x1b[36m";
    } else if (line.starts_with('-')) {
      colour = "\x1b[31m";
    } else if (line.starts_with('+')) {
      colour = "\x1b[32m";
    }
    if (!out.empty()) out += '\n';
    out += colour.empty() ? printable(line) : concat(colour, printable(line), "\x1b[0m");
  }
  return out;
}

// How the diff calls a file: below the current directory without it, so that `git apply` finds it.
std::string name_in_diff(const std::string& path, const Files& files) {
  const std::string here = concat(files.real_path("."), "/");
  return path.starts_with(here) ? path.substr(here.size()) : path;
}

std::optional<Error> write(const FixedFile& file) {
  if (!file.is_new) return replace_file(file.path, file.before, file.after);
  // A service opens its secret as the account that it runs as. Others on this machine are kept away
  // by the directory.
  return create_file(file.path, file.after, file.is_secret ? Readers::everybody : Readers::usual);
}

// A secret's file that nothing speaks of would be left lying about, and be in the way of the next
// fix, which takes it for another secret.
std::size_t take_back_secrets(const std::vector<FixedFile>& made, const FixedFile* needed_by) {
  std::size_t count = 0;
  for (const FixedFile& file : made) {
    if (!file.is_secret || (needed_by != nullptr && file.needed_by != needed_by->path)) continue;
    remove_made_file(file.path);
    ++count;
  }
  return count;
}

// New files come first, because the others speak of them: without one of them nothing is written.
// Gives how many are; what went wrong is printed.
std::size_t write_all(const std::vector<FixedFile>& files, std::string_view colour) {
  std::vector<FixedFile> made;
  for (const FixedFile& file : files) {
    if (!file.is_new) continue;
    if (const std::optional<Error> error = write(file)) {
      print_error(*error, colour);
      return made.size() - take_back_secrets(made, nullptr);
    }
    made.push_back(file);
  }
  std::size_t written = made.size();
  for (const FixedFile& file : files) {
    if (file.is_new) continue;
    if (const std::optional<Error> error = write(file)) {
      print_error(*error, colour);
      written -= take_back_secrets(made, &file);
    } else {
      ++written;
    }
  }
  return written;
}

// For people, on standard error: what was left, and what the diff could not show.
void show_unfixed(const FixResult& result) {
  for (const Unfixed& one : result.unfixed) {
    std::cerr << concat(printable(one.place), ": ", name_of(one.severity), ": ",
                        printable(one.message), " [", one.rule, "]\n    ", printable(one.why),
                        "\n");
  }
}

// `written` is how many files are; nothing for a diff.
std::string summary(const FixResult& result, std::optional<std::size_t> written, bool unsafe) {
  const std::size_t fixable = result.left_fixable;
  const std::string files = counted(result.files.size(), "file", "files");
  std::string out = "nothing to fix";
  if (written && *written != result.files.size()) {
    out = concat("wrote only ", std::to_string(*written), " of ", files);
  } else if (!result.files.empty()) {
    out = concat(written ? "fixed " : "would fix ", counted(result.fixed, "finding", "findings"),
                 " in ", files);
  }
  if (!unsafe && fixable > 0)
    out += concat("; ", std::to_string(fixable), " more with --unsafe-fixes");
  const std::size_t rest = result.left - (unsafe ? 0 : fixable);
  if (rest > 0) out += concat("; ", std::to_string(rest), " left to a person (--show lists them)");
  return out + "\n";
}

}  // namespace

ExitCode fix_command(const Arguments& arguments) {
  const std::string_view colour = arguments.value("color");
  Result<CheckOptions> check = check_options(arguments);
  if (!check) return fail_with(check.error(), colour);
  FixOptions options{.check = std::move(*check),
                     .unsafe = arguments.has("unsafe-fixes"),
                     .moves_secrets = arguments.has("write"),
                     .lists = arguments.has("show")};
  const RealFiles files;
  std::vector<std::string> paths = arguments.operands;
  if (paths.empty()) paths.emplace_back(".");
  if (std::optional<Error> error = missing_path(paths, files)) return fail_with(*error, colour);

  Discovery found = discover(paths, files);
  const std::unique_ptr<Policies> policies = load_policies(found.inputs, {}, files, arguments);
  if (policies == nullptr) return ExitCode::failed;
  options.check.policies = policies.get();
  FixResult result = fix(found.inputs, files, options);
  std::size_t errors = found.errors.size() + result.errors.size();
  for (const Error& error : found.errors) print_error(error, colour);
  for (const Error& error : result.errors) print_error(error, colour);

  const bool writes = arguments.has("write");
  Output output{std::string(arguments.value("output"))};
  const bool in_colour =
      arguments.value("output").empty() ? use_colour(colour, STDOUT_FILENO) : colour == "always";
  std::size_t hidden = 0;
  std::optional<std::size_t> written;
  if (writes) written = write_all(result.files, colour);
  if (written && *written != result.files.size()) ++errors;
  for (const FixedFile& file : result.files) {
    if (writes) continue;
    const fix::UnifiedDiff diff =
        fix::unified_diff(name_in_diff(file.path, files), file.before, file.after, file.is_new);
    hidden += diff.hidden_hunks;
    output.stream() << (in_colour ? coloured(diff.text) : diff.text);
  }
  if (const std::optional<Error> error = output.finish()) return fail_with(*error, colour);
  if (arguments.has("show")) show_unfixed(result);
  if (hidden > 0) {
    std::cerr << concat(counted(hidden, "change stands", "changes stand"), " beside a secret and ",
                        hidden == 1 ? "is" : "are", " not shown: --write makes ",
                        hidden == 1 ? "it" : "them", "\n");
  }
  if (result.secrets_left > 0) {
    std::cerr << concat(counted(result.secrets_left, "change moves", "changes move"),
                        " a secret into a file of its own and ",
                        result.secrets_left == 1 ? "is" : "are", " not shown: --write makes ",
                        result.secrets_left == 1 ? "it" : "them", "\n");
  }
  if (!arguments.has("quiet")) std::cerr << summary(result, written, options.unsafe);
  if (errors > 0) return ExitCode::incomplete;
  const bool would_change = !result.files.empty() || result.secrets_left > 0;
  return writes || !would_change ? ExitCode::clean : ExitCode::findings;
}

}  // namespace plimsoll::app
