// How a place is found again. A RUN may be one line or forty, continued with `\`, with comments in
// between, or a heredoc. ShellCheck gets the same physical lines: in shell a backslash at a line's
// end continues it just as in a Dockerfile, so nothing has to be joined, and line and column of
// what it says need only the number of the line that the script's line was.
#include "app/shellcheck.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/files.h"
#include "base/json.h"
#include "base/text.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to the caller

namespace plimsoll::app {
namespace {

// So many scripts at a time: their names are arguments.
constexpr std::size_t scripts_of_a_run = 500;
// Not about the script but about what stands outside of it: sources that cannot be followed, a
// shell that is not named. And `local`, which every /bin/sh of an image knows.
constexpr std::string_view excluded = "SC1090,SC1091,SC2148,SC3043";

// The dialect by the interpreter's name, or "".
std::string_view dialect_of(std::string_view interpreter) {
  const std::string_view name = file_name(interpreter);
  if (name == "sh" || name == "bash" || name == "dash" || name == "ksh") return name;
  if (name == "ash") return "dash";
  return {};
}

bool is_variable_name(std::string_view name) {
  if (name.empty() || is_digit(name.front())) return false;
  return std::ranges::all_of(name, [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

// Whether the shell stops at the first failure ("-e", "-ec", "-o errexit").
bool stops_at_failure(const std::vector<std::string>& options) {
  return std::ranges::any_of(options, [](const std::string& option) {
    const bool cluster = option.starts_with('-') && !option.starts_with("--");
    return option == "errexit" || (cluster && option.contains('e'));
  });
}

std::string prologue(std::string_view dialect, const Stage& stage, const Instruction& run) {
  std::string text =
      concat("#!/bin/", dialect, stops_at_failure(run.interpreter_options) ? " -e" : "");
  // Variables of ARG and ENV are not the script's own, and are set all the same; to what is left
  // open, since ShellCheck thinks a constant without blanks safe to leave unquoted.
  std::string names;
  for (const Stage::Variable& variable : stage.variables) {
    if (is_variable_name(variable.name)) names += concat(" ", variable.name, "=\"$1\"");
  }
  if (!names.empty()) text += concat("\nexport", names);
  text += '\n';
  return text;
}

// A script whose one word is a heredoc: the shell gets its body alone.
bool is_heredoc_alone(const Instruction& run) {
  if (run.heredocs.empty() || run.script.commands.empty()) return false;
  const Span body = run.heredocs.front().body_at.span;
  const Span first = run.script.commands.front().at.span;
  return first.begin >= body.begin && first.begin < body.end;
}

class ScriptWriter {
 public:
  ScriptWriter(const Source& source, ShellCheckScript& script) : source_(source), script_(script) {}

  // The lines of a span as they are.
  void add_verbatim(Span span) {
    std::uint32_t begin = span.begin;
    while (begin < span.end) {
      const std::uint32_t end = end_of_line(begin, span.end);
      add_line(begin, source_.text({begin, end}));
      begin = end + 1;
    }
  }

  // The lines of a command that is continued, without comments and blank lines in between.
  void add_continued(Span span, char escape) {
    std::uint32_t begin = span.begin;
    bool first = true;
    while (begin < span.end) {
      const std::uint32_t end = end_of_line(begin, span.end);
      std::string_view line = source_.text({begin, end});
      const std::string_view content = trim(line);
      const bool dropped = !first && (content.empty() || content.starts_with('#'));
      if (!dropped) {
        while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
        if (line.ends_with(escape) && end < span.end) {
          line.remove_suffix(1);
          add_line(begin, concat(line, "\\"));
        } else {
          add_line(begin, line);
        }
        first = false;
      }
      begin = end + 1;
    }
  }

 private:
  std::uint32_t end_of_line(std::uint32_t begin, std::uint32_t end) const {
    const std::size_t newline = source_.text().substr(0, end).find('\n', begin);
    return newline == std::string_view::npos ? end : static_cast<std::uint32_t>(newline);
  }

  void add_line(std::uint32_t begin, std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    script_.begins.push_back(begin);
    script_.text += line;
    script_.text += '\n';
  }

  const Source& source_;
  ShellCheckScript& script_;
};

// The byte of a text that a place of ShellCheck means: columns count characters.
std::uint32_t offset_of(const ShellCheckScript& script, std::string_view text, std::int64_t line,
                        std::int64_t column) {
  const std::int64_t index = std::clamp<std::int64_t>(
      line - script.first_line, 0, static_cast<std::int64_t>(script.begins.size()) - 1);
  std::size_t at = script.begins[static_cast<std::size_t>(index)];
  for (; column > 1 && at < text.size() && text[at] != '\n'; --column) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return static_cast<std::uint32_t>(at);
}

// A directory of our own that goes with its owner.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::error_code error;
    const std::filesystem::path base = std::filesystem::temp_directory_path(error);
    std::string path = (error ? std::filesystem::path("/tmp") : base) / "plimsoll-XXXXXX";
    if (mkdtemp(path.data()) != nullptr) path_ = std::move(path);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Error not_checked(std::string_view message, std::string hint = {}) {
  return {.message = concat("the RUN scripts were not checked with ShellCheck: ", message),
          .at = {},
          .hint = std::move(hint),
          .file = {}};
}

// The caller's environment without what would change ShellCheck's answer.
std::vector<char*> environment_of_shellcheck(std::string& locale) {
  std::vector<char*> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!text.starts_with("SHELLCHECK_OPTS=") && !text.starts_with("LC_ALL=")) {
      variables.push_back(*variable);
    }
  }
  variables.push_back(locale.data());
  variables.push_back(nullptr);
  return variables;
}

// What the program wrote, read until it ends; nothing when it wrote or took too much.
std::optional<std::string> read_all(int descriptor) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point deadline = Clock::now() + std::chrono::seconds(max_shellcheck_seconds);
  std::string out;
  std::array<char, 1 << 16> buffer{};
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return std::nullopt;
    pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (poll(&waited, 1, static_cast<int>(left)) == 0) return std::nullopt;
    const ssize_t size = read(descriptor, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(size));
    if (out.size() > max_shellcheck_output) return std::nullopt;
  }
}

Result<std::string> output_of(std::vector<std::string> arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return failure(not_checked("no pipe can be opened"));
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  std::string locale = "LC_ALL=C.UTF-8";
  std::vector<char*> variables = environment_of_shellcheck(locale);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed =
      posix_spawnp(&child, pointers.front(), &actions, nullptr, pointers.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    if (failed == ENOENT) {
      return failure(not_checked("it is not installed",
                                 "install the package shellcheck, or leave out --shellcheck"));
    }
    return failure(not_checked(concat("it cannot be started: ", std::strerror(failed))));
  }
  std::optional<std::string> out = read_all(ends[0]);
  close(ends[0]);
  if (!out) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!out) {
    return failure(not_checked(concat("it did not come to an end within ",
                                      std::to_string(max_shellcheck_seconds), " seconds")));
  }
  // 1: something was found; 2: a script could not be read, the others were.
  const bool answered = WIFEXITED(status) && WEXITSTATUS(status) <= 2;
  if (!answered) return failure(not_checked("it failed"));
  return std::move(*out);
}

ShellDiagnostic::Level level_of(std::string_view name) {
  if (name == "error") return ShellDiagnostic::Level::error;
  if (name == "warning") return ShellDiagnostic::Level::warning;
  return name == "info" ? ShellDiagnostic::Level::info : ShellDiagnostic::Level::style;
}

}  // namespace

std::optional<ShellCheckScript> shellcheck_script(const Dockerfile& dockerfile, const Stage& stage,
                                                  const Instruction& instruction) {
  if (instruction.keyword != Keyword::run || instruction.exec_form) return std::nullopt;
  if (instruction.words.empty() || instruction.script.commands.empty()) return std::nullopt;
  const std::string_view dialect = dialect_of(instruction.interpreter);
  if (dialect.empty() || !instruction.at.known()) return std::nullopt;
  const Source& source = *instruction.at.source;

  ShellCheckScript script;
  script.text = prologue(dialect, stage, instruction);
  script.first_line = static_cast<std::uint32_t>(std::ranges::count(script.text, '\n')) + 1;
  ScriptWriter writer(source, script);
  if (is_heredoc_alone(instruction)) {
    writer.add_verbatim(instruction.heredocs.front().body_at.span);
  } else {
    const std::uint32_t begin = instruction.words.front().at.span.begin;
    const std::uint32_t end = instruction.at.span.end;
    const std::uint32_t body =
        instruction.heredocs.empty() ? end : instruction.heredocs.front().body_at.span.begin;
    writer.add_continued({begin, body}, dockerfile.escape);
    writer.add_verbatim({body, end});
  }
  if (script.begins.empty()) return std::nullopt;
  return script;
}

void ShellCheck::add(const Dockerfile& dockerfile) {
  const std::size_t index = dockerfiles_.size();
  const std::size_t scripts_before = scripts_.size();
  for_each_instruction(dockerfile, [&](const Stage& stage, const Instruction& instruction) {
    const bool deferred = instruction.trigger != nullptr;
    const Instruction& run = deferred ? *instruction.trigger : instruction;
    if (auto script = shellcheck_script(dockerfile, stage, run))
      scripts_.push_back({index, std::move(*script)});
  });
  if (scripts_.size() == scripts_before) return;
  dockerfiles_.push_back(
      {std::string(dockerfile.source->path()), std::string(dockerfile.source->text())});
}

std::optional<Error> ShellCheck::run() {
  if (scripts_.empty()) return std::nullopt;
  const TemporaryDirectory directory;
  if (directory.path().empty()) return not_checked("no temporary directory can be made");
  for (std::size_t begin = 0; begin < scripts_.size(); begin += scripts_of_a_run) {
    const std::size_t end = std::min(begin + scripts_of_a_run, scripts_.size());
    if (auto error = run_some(directory.path(), begin, end)) return error;
  }
  for (auto& [path, diagnostics] : diagnostics_) {
    std::ranges::stable_sort(diagnostics, {}, [](const Diagnostic& diagnostic) {
      return std::pair(diagnostic.span.begin, diagnostic.diagnostic.code);
    });
  }
  return std::nullopt;
}

std::optional<Error> ShellCheck::run_some(const std::string& directory, std::size_t begin,
                                          std::size_t end) {
  std::vector<std::string> arguments{
      program_, "--norc", "--format=json1", "--severity=style", concat("--exclude=", excluded),
      "--"};
  for (std::size_t i = begin; i < end; ++i) {
    std::string path = concat(directory, "/", std::to_string(i));
    std::ofstream file(path, std::ios::binary);
    file << scripts_[i].script.text;
    file.close();
    if (!file) return not_checked("a temporary file cannot be written");
    arguments.push_back(std::move(path));
  }
  Result<std::string> answer = output_of(std::move(arguments));
  if (!answer) return std::move(answer.error());
  return read_answer(*answer);
}

std::optional<Error> ShellCheck::read_answer(std::string_view answer) {
  const std::optional<json::Document> document = json::read_text(answer);
  const json::Value* comments = document ? document->root.find("comments") : nullptr;
  if (comments == nullptr) return not_checked("its answer cannot be understood");
  for (const json::Value& comment : comments->items) {
    const json::Value* file = comment.find("file");
    const json::Value* level = comment.find("level");
    const json::Value* message = comment.find("message");
    if (file == nullptr || level == nullptr || message == nullptr) continue;
    const auto number = [&comment](std::string_view name) {
      const json::Value* value = comment.find(name);
      return value != nullptr ? value->integer().value_or(1) : 1;
    };
    const auto index = parse_number(file_name(file->text));
    if (!index || static_cast<std::size_t>(*index) >= scripts_.size()) continue;
    const Script& script = scripts_[static_cast<std::size_t>(*index)];
    const Text& dockerfile = dockerfiles_[script.of];
    // About our own first lines nobody can do anything.
    if (number("line") < script.script.first_line) continue;
    const std::uint32_t begin =
        offset_of(script.script, dockerfile.text, number("line"), number("column"));
    const std::uint32_t end =
        offset_of(script.script, dockerfile.text, number("endLine"), number("endColumn"));
    diagnostics_[dockerfile.path].push_back(
        {{begin, std::max(begin, end)},
         {.code = static_cast<std::uint32_t>(std::clamp<std::int64_t>(number("code"), 0, 99'999)),
          .level = level_of(level->text),
          .message = std::string(message->text),
          .at = {}}});
  }
  return std::nullopt;
}

void ShellCheck::attach(Dockerfile& dockerfile) const {
  const auto found = diagnostics_.find(dockerfile.source->path());
  if (found == diagnostics_.end()) return;
  const auto size = static_cast<std::uint32_t>(dockerfile.source->text().size());
  for (const Diagnostic& diagnostic : found->second) {
    ShellDiagnostic attached = diagnostic.diagnostic;
    attached.at = {dockerfile.source,
                   {std::min(diagnostic.span.begin, size), std::min(diagnostic.span.end, size)}};
    dockerfile.shell_diagnostics.push_back(std::move(attached));
  }
}

}  // namespace plimsoll::app
