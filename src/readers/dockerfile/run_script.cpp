#include "readers/dockerfile/run_script.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "base/text.h"
#include "readers/dockerfile/heredoc_words.h"
#include "readers/shell/shell_reader.h"

namespace plimsoll::dockerfile {
namespace {

constexpr std::array<std::string_view, 8> posix_shells{"sh",  "bash", "dash", "ash",
                                                       "ksh", "mksh", "zsh",  "rbash"};
// Programs that read a script of another language from their standard input.
constexpr std::array<std::string_view, 19> other_interpreters{
    "python", "python2",    "python3", "perl",    "ruby",  "node", "nodejs",
    "deno",   "php",        "lua",     "pwsh",    "tclsh", "fish", "awk",
    "sed",    "powershell", "cmd",     "Rscript", "groovy"};

std::string_view program_name(std::string_view program) {
  // Windows paths in SHELL, too.
  const std::size_t slash = program.find_last_of("/\\");
  std::string_view name = slash == std::string_view::npos ? program : program.substr(slash + 1);
  if (name.size() > 4 && equal_ignoring_case(name.substr(name.size() - 4), ".exe")) {
    name.remove_suffix(4);
  }
  return name;
}

bool is_other_interpreter(std::string_view program) {
  std::string_view name = program_name(program);
  // python3.12
  while (!name.empty() && (is_digit(name.back()) || name.back() == '.')) name.remove_suffix(1);
  if (std::ranges::find(other_interpreters, name) != other_interpreters.end()) return true;
  return std::ranges::find(other_interpreters, program_name(program)) != other_interpreters.end();
}

// Adds one of a shell's own options; false when the script itself comes next. "-c" is left out, and
// the c of "-ec".
bool add_shell_option(std::string_view option, std::vector<std::string>& options) {
  const bool short_options =
      option.size() > 1 && (option[0] == '-' || option[0] == '+') && option[1] != '-';
  if (!short_options) {
    options.emplace_back(option);
    return true;
  }
  const std::size_t c = option.find('c');
  if (option[0] == '+' || c == std::string_view::npos) {
    options.emplace_back(option);
    return true;
  }
  if (option.size() > 2) options.push_back(concat(option.substr(0, c), option.substr(c + 1)));
  return false;
}

shell::ReadOptions read_options(const Scope* scope) {
  shell::ReadOptions options;
  options.variable = [scope](std::string_view name) -> std::optional<std::string> {
    const Binding* const binding = scope != nullptr ? scope->find(name) : nullptr;
    if (binding == nullptr || !binding->has_value || binding->variable.unresolved) {
      return std::nullopt;
    }
    return std::string(binding->variable.value);
  };
  return options;
}

// Parts of a text put together from several places of a file.
class Assembly {
 public:
  explicit Assembly(const SourceMap& line_map) : line_map_(line_map), map_(line_map.source()) {}

  void add_line_part(std::string_view line, Span part) {
    map_.append_part(size(), line_map_, part.begin, part.end);
    text_ += line.substr(part.begin, part.size());
  }
  void add_body(const Heredoc& heredoc) {
    const std::string_view written = heredoc.body_at.text();
    std::uint32_t in_source = heredoc.body_at.span.begin;
    if (written.size() == heredoc.body.size()) {
      map_.append(size(), in_source);
      text_ += heredoc.body;
      return;
    }
    // Tabs are gone from the starts of lines.
    for (std::size_t at = 0; at < written.size();) {
      const std::size_t end = std::min(written.find('\n', at), written.size() - 1) + 1;
      std::size_t first = at;
      while (first < end && written[first] == '\t') ++first;
      map_.append(size(), in_source + static_cast<std::uint32_t>(first));
      text_ += written.substr(first, end - first);
      at = end;
    }
  }
  void add_text(std::string_view text, std::uint32_t in_source) {
    map_.append(size(), in_source);
    text_ += text;
  }

  std::string_view keep(Arena& arena) const { return arena.copy(text_); }
  const SourceMap& map() const { return map_; }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }

  const SourceMap& line_map_;
  SourceMap map_;
  std::string text_;
};

// The program and its options on a `#!` line; "/usr/bin/env [-S] program" names the program after
// it.
std::vector<std::string_view> words_of_shebang(std::string_view body) {
  std::string_view line = body.substr(2, body.find('\n') - 2);
  std::vector<std::string_view> words;
  while (!(line = trim(line)).empty()) {
    std::size_t end = 0;
    while (end < line.size() && !is_space(line[end])) ++end;
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
  if (!words.empty() && file_name(words.front()) == "env") {
    words.erase(words.begin());
    if (!words.empty() && words.front() == "-S") words.erase(words.begin());
  }
  return words;
}

// The words of a command line beside its only heredoc, if they are a program and its options and
// nothing that a shell would have to work on: `python3 <<EOF`, `<<EOF bash -ex`. Else empty.
std::vector<std::string_view> interpreter_of_heredoc(const ScriptInput& input,
                                                     const Instruction& instruction) {
  constexpr std::size_t max_length = 256;
  if (instruction.heredocs.size() != 1 || input.command.size() > max_length) return {};
  const std::string_view command = input.line.substr(input.command.begin, input.command.size());
  std::vector<std::string_view> words;
  bool heredoc_seen = false;
  for (std::size_t at = 0; at < command.size();) {
    if (is_space(command[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < command.size() && !is_space(command[end])) ++end;
    const std::string_view word = command.substr(at, end - at);
    at = end;
    if (word.find("<<") != std::string_view::npos) {
      if (heredoc_seen || !read_heredoc_word(word)) return {};
      heredoc_seen = true;
      continue;
    }
    for (const char c : word) {
      const bool plain =
          is_alpha(c) || is_digit(c) || std::string_view("_./+-").find(c) != std::string_view::npos;
      if (!plain) return {};
    }
    words.push_back(word);
  }
  if (!words.empty() && file_name(words.front()) == "env") words.erase(words.begin());
  if (words.empty() || !heredoc_seen) return {};
  const bool shell = is_posix_shell(words.front());
  if (!shell && !is_other_interpreter(words.front())) return {};
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool operand_of_o = words[i - 1].ends_with('o') && words[i - 1].starts_with('-');
    const bool option = words[i].starts_with('-') || words[i].starts_with('+');
    // `bash script.sh <<EOF`: the body is what the script reads.
    if (!option && !(shell && operand_of_o)) return {};
    if (shell && words[i].starts_with('-') && !words[i].starts_with("--") &&
        words[i].find('c') != std::string_view::npos) {
      return {};
    }
  }
  return words;
}

void read_body(const ScriptInput& input, const Heredoc& heredoc, Instruction& instruction) {
  Assembly body(*input.map);
  body.add_body(heredoc);
  instruction.script =
      shell::read_script(heredoc.body, body.map(), *input.arena, read_options(input.scope));
}

void read_body_as_script(const ScriptInput& input, const std::vector<std::string_view>& program,
                         Instruction& instruction) {
  instruction.interpreter = program.front();
  instruction.interpreter_options.assign(program.begin() + 1, program.end());
  if (!is_posix_shell(program.front())) return;
  read_body(input, instruction.heredocs.front(), instruction);
}

}  // namespace

bool is_posix_shell(std::string_view program) {
  return std::ranges::find(posix_shells, program_name(program)) != posix_shells.end();
}

ShellInForce shell_of(const std::vector<DockerfileWord>& words) {
  ShellInForce shell;
  if (words.empty()) return shell;
  shell.program = words.front().text;
  shell.posix = is_posix_shell(shell.program);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (shell.posix) {
      add_shell_option(words[i].text, shell.options);
    } else {
      shell.options.emplace_back(words[i].text);
    }
  }
  return shell;
}

ShellInForce default_shell(const BaseImage& base) {
  ShellInForce shell;
  if (!base.reference) return shell;
  const std::string& repository = base.reference->repository;
  const std::string& tag = base.reference->tag;
  const auto holds = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  const bool windows =
      (base.reference->registry == "mcr.microsoft.com" && repository.starts_with("windows")) ||
      holds(repository, "nanoserver") || holds(repository, "servercore") ||
      holds(tag, "nanoserver") || holds(tag, "servercore");
  if (windows) shell = {.program = "cmd", .options = {"/S", "/C"}, .posix = false};
  return shell;
}

void read_shell_form(const ScriptInput& input, Instruction& instruction) {
  instruction.interpreter = input.shell->program;
  instruction.interpreter_options = input.shell->options;
  const std::string_view command = input.line.substr(input.command.begin, input.command.size());
  if (instruction.heredocs.empty()) {
    if (!input.shell->posix || command.empty()) return;
    const PartPlaces places(*input.map, input.command);
    instruction.script =
        shell::read_script(command, places, *input.arena, read_options(input.scope));
    return;
  }
  if (read_heredoc_word(command)) {
    const Heredoc& heredoc = instruction.heredocs.front();
    if (heredoc.body.starts_with("#!")) {
      const std::vector<std::string_view> program = words_of_shebang(heredoc.body);
      if (!program.empty()) {
        read_body_as_script(input, program, instruction);
        return;
      }
    }
    if (input.shell->posix) read_body(input, heredoc, instruction);
    return;
  }
  if (!input.shell->posix) return;
  const std::vector<std::string_view> program = interpreter_of_heredoc(input, instruction);
  if (!program.empty()) {
    read_body_as_script(input, program, instruction);
    return;
  }
  Assembly whole(*input.map);
  whole.add_line_part(input.line, input.command);
  for (const Heredoc& heredoc : instruction.heredocs) {
    const std::uint32_t end = heredoc.body_at.span.end;
    whole.add_text("\n", heredoc.body_at.span.begin);
    // The shell strips the tabs itself; without them the text is the same.
    whole.add_body(heredoc);
    whole.add_text(heredoc.name, end);
  }
  instruction.script = shell::read_script(whole.keep(*input.arena), whole.map(), *input.arena,
                                          read_options(input.scope));
}

void read_exec_form(const std::function<SourceMap(std::size_t)>& map_of_word, const Scope* scope,
                    Arena& arena, Instruction& instruction) {
  const std::vector<DockerfileWord>& words = instruction.words;
  if (words.empty()) return;
  std::size_t first = 0;
  if (file_name(words.front().text) == "env" && words.size() > 1) first = 1;
  if (is_posix_shell(words[first].text)) {
    for (std::size_t i = first + 1; i < words.size(); ++i) {
      const std::string_view option = words[i].text;
      const bool operand_of_o = words[i - 1].text.ends_with('o') && i > first + 1;
      if (!option.starts_with('-') && !option.starts_with('+') && !operand_of_o) break;
      if (add_shell_option(option, instruction.interpreter_options)) continue;
      // Options may still stand between -c and the script: sh -c -e 'script'.
      std::size_t script = i + 1;
      while (script < words.size() && words[script].text.starts_with('-') &&
             words[script].text.size() > 1) {
        add_shell_option(words[script].text, instruction.interpreter_options);
        ++script;
      }
      if (script >= words.size()) break;
      instruction.interpreter = words[first].text;
      instruction.script =
          shell::read_script(words[script].text, map_of_word(script), arena, read_options(scope));
      return;
    }
    instruction.interpreter_options.clear();
  }
  std::vector<shell::Word> arguments;
  arguments.reserve(words.size());
  for (const DockerfileWord& word : words) {
    arguments.push_back(
        {.text = word.text, .at = word.at, .quoted = true, .letters = shell::Letters(word.text)});
  }
  shell::Command command;
  command.words = arena.copy(arguments);
  command.at = {words.front().at.source, {words.front().at.span.begin, words.back().at.span.end}};
  find_effective_program(command);
  instruction.script.commands.push_back(command);
  instruction.script.programs = command.programs;
}

}  // namespace plimsoll::dockerfile
