#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/dockerfile_text.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// `["a", 'b']` is meant as exec form and is none; `[ -f x ] && y` is a test and means the shell.
bool was_meant_as_exec_form(const Instruction& command) {
  if (!command.looks_like_exec_form || command.words.empty()) return false;
  const std::string_view inside = trim(std::string_view(command.words.front().raw).substr(1));
  return inside.starts_with('"') || inside.starts_with('\'');
}

// Whether the shell hands its place to the program: its last command is `exec …`.
bool ends_with_exec(const shell::Script& script) {
  for (auto command = script.commands.rbegin(); command != script.commands.rend(); ++command) {
    if (command->in_substitution || command->subshell_depth > 0) continue;
    return !command->words.empty() && command->words.front().text == "exec" &&
           command->words.size() > 1;
  }
  return false;
}

// Whether the line is one program with plain arguments, which exec form can say word for word.
bool is_plain(const shell::Script& script) {
  if (!script.complete || script.commands.size() != 1) return false;
  const shell::Command& command = script.commands.front();
  if (!command.redirects.empty() || !command.assignments.empty()) return false;
  for (const shell::Word& word : command.words) {
    if (!word.resolved || word.glob || word.at.text().contains('$')) return false;
  }
  return true;
}

// Commands that only a shell has: no file of that name can be started.
constexpr auto shell_only = std::to_array<std::string_view>(
    {".",        ":",       "alias", "bg",    "break",  "builtin",  "case",   "cd",   "command",
     "continue", "declare", "eval",  "exit",  "export", "fg",       "for",    "hash", "if",
     "jobs",     "let",     "local", "pushd", "read",   "readonly", "return", "set",  "shift",
     "source",   "time",    "times", "trap",  "umask",  "unset",    "wait"});
// Commands that shells have and that are files as well, with small differences.
constexpr auto shell_and_file = std::to_array<std::string_view>(
    {"[", "echo", "false", "kill", "pwd", "printf", "test", "true"});

std::uint32_t begin_of(const shell::Word& word) {
  return word.at.span.begin;
}

// The words that exec form has to say: without an `exec` in front. Empty where it cannot say the
// line.
std::span<const shell::Word> exec_words(const Instruction& command) {
  if (!is_plain(command.script) || command.interpreter != "/bin/sh") return {};
  const shell::Command& only = command.script.commands.front();
  if (only.negated || only.subshell_depth > 0 || only.words.empty()) return {};
  std::span<const shell::Word> words = only.words;
  // Nothing else may stand in the line: `&`, `;` and comments are no words.
  const Location& line = command.words.front().at;
  if (begin_of(words.front()) != line.span.begin || words.back().at.span.end != line.span.end) {
    return {};
  }
  if (words.front().text == "exec") words = words.subspan(1);
  if (words.empty() || words.front().text.empty() || words.front().text.starts_with('-')) return {};
  for (const shell::Word& word : words) {
    const std::string_view written = word.at.text();
    if (written.starts_with('~') || written.find_first_of("{`") != std::string_view::npos)
      return {};
  }
  if (std::ranges::find(shell_only, words.front().text) != shell_only.end()) return {};
  return words;
}

// Each word becomes a string where it stands, so that a line broken into several stays so.
Fix in_exec_form(const Instruction& command, bool entrypoint) {
  const std::span<const shell::Word> words = exec_words(command);
  if (words.empty()) return {};
  Fix fix;
  const std::string_view program = words.front().text;
  // An ENTRYPOINT begins to take arguments; a script without `#!` is read by shells only.
  const bool may_be_script = program.contains('/') || program.ends_with(".sh");
  const bool as_before = !entrypoint && !may_be_script &&
                         std::ranges::find(shell_and_file, program) == shell_and_file.end();
  fix.certainty = as_before ? Certainty::safe : Certainty::unsafe;
  for (const shell::Word& word : words) {
    const bool first = &word == &words.front();
    const bool last = &word == &words.back();
    Location at = word.at;
    // With the `exec` in front of it.
    if (first) at.span.begin = command.words.front().at.span.begin;
    fix.changes.push_back(
        change::rewrite(at, concat(first ? "[" : "", json_string(word.text), last ? "]" : ",")));
  }
  return fix;
}

// `['a', "b",]` -> `["a", "b"]`; "" where the strings hold more than plain text.
std::string as_json_array(std::string_view written) {
  std::string_view rest = trim(written);
  if (!rest.starts_with('[') || !rest.ends_with(']')) return {};
  rest = trim(rest.substr(1, rest.size() - 2));
  std::string out = "[";
  while (!rest.empty()) {
    const char quote = rest.front();
    const std::size_t end = quote == '"' || quote == '\'' ? rest.find(quote, 1) : rest.npos;
    if (end == std::string_view::npos) return {};
    const std::string_view text = rest.substr(1, end - 1);
    if (text.find_first_of("\\$\n") != std::string_view::npos) return {};
    out += concat(out.size() > 1 ? ", " : "", json_string(text));
    rest = trim(rest.substr(end + 1));
    if (rest.empty()) break;
    if (!rest.starts_with(',')) return {};
    rest = trim(rest.substr(1));
  }
  return out.size() > 1 ? out + "]" : std::string();
}

void check_exec_form(const Instruction& command, Findings& findings) {
  const Location& at = command.words.front().at;
  Finding& finding = findings.add(
      at,
      concat(keyword_text(command),
             " looks like exec form but is no valid JSON array, so a shell gets the brackets "
             "and quotes as they stand"),
      "write a JSON array of strings in double quotes");
  if (const std::string array = as_json_array(at.text()); !array.empty()) {
    finding.fix = unsafe_fix({change::rewrite(at, array)});
  }
}

void check_command(const Stage& stage, const Instruction& instruction, bool shell_chosen,
                   Findings& findings) {
  const Instruction& command = deed(instruction);
  if (command.exec_form || command.words.empty()) return;
  if (was_meant_as_exec_form(command)) return check_exec_form(command, findings);
  if (shell_chosen) return;
  const bool entrypoint = command.keyword == Keyword::entrypoint;
  const bool exec = ends_with_exec(command.script);
  if (exec && !(entrypoint && stage.cmd != nullptr)) return;
  std::string message;
  if (exec) {
    message = "ENTRYPOINT in shell form drops CMD and the arguments of docker run";
  } else if (entrypoint) {
    message =
        "ENTRYPOINT in shell form: the shell may keep stop signals from the program, and CMD and "
        "the "
        "arguments of docker run are dropped";
  } else {
    message = "CMD in shell form: the shell may keep stop signals from the program";
  }
  Fix fix = in_exec_form(command, entrypoint);
  findings
      .add(command.name_at, std::move(message),
           fix.offered() || is_plain(command.script)
               ? concat("write ", keyword_text(command), " as a JSON array")
               : concat("move the line into a script that ends with exec, and name it in a JSON "
                        "array"))
      .fix = std::move(fix);
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  // By stage, whether it ends with a SHELL of this file. Who sets one wants the shell; BuildKit
  // takes it so too.
  std::vector<bool> ends_with_shell(dockerfile.stages.size());
  for (const Stage& stage : dockerfile.stages) {
    const Stage* base = base_stage(dockerfile, stage);
    bool shell_chosen = base != nullptr && ends_with_shell[base->index];
    // One that a later one overrides has another fault: overridden-instruction.
    const Instruction* last_cmd = nullptr;
    const Instruction* last_entrypoint = nullptr;
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword == Keyword::cmd) last_cmd = &instruction;
      if (instruction.keyword == Keyword::entrypoint) last_entrypoint = &instruction;
    }
    for (const Instruction& instruction : stage.instructions) {
      if (instruction.keyword == Keyword::shell) shell_chosen = true;
      const Keyword keyword = deed(instruction).keyword;
      const bool in_force = &instruction == last_cmd || &instruction == last_entrypoint ||
                            instruction.keyword == Keyword::onbuild;
      if (in_force && (keyword == Keyword::cmd || keyword == Keyword::entrypoint)) {
        check_command(stage, instruction, shell_chosen, findings);
      } else if (keyword == Keyword::healthcheck && was_meant_as_exec_form(deed(instruction))) {
        check_exec_form(deed(instruction), findings);
      }
    }
    ends_with_shell[stage.index] = shell_chosen;
  }
}

}  // namespace

extern constinit const Rule shell_form_command = {
    .name = "shell-form-command",
    .title = "CMD or ENTRYPOINT is in shell form",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "In shell form the first process is `/bin/sh -c`. Depending on the shell and the line it "
        "stays "
        "there and does not pass SIGTERM on, so that `docker stop` kills the program after its "
        "grace "
        "period. An image without a shell does not start at all, an ENTRYPOINT in shell form "
        "ignores "
        "CMD, and what comes from the environment is read as shell text.",
    .remediation =
        "Write a JSON array: `CMD [\"node\", \"server.js\"]`. Where a shell is needed, let a "
        "script do "
        "its work and end it with `exec program`.",
    .limits =
        "A line that ends with `exec`, and a stage that sets SHELL, are taken as meant so. "
        "HEALTHCHECK "
        "CMD may use the shell: no signal is sent to it. For HEALTHCHECK only brackets that are no "
        "JSON are reported. `plimsoll fix` writes exec form where the shell does nothing but start "
        "one program; it is unsafe for ENTRYPOINT, which then takes CMD and arguments, and for a "
        "program that may be a script without `#!`.",
    .references = {hadolint("DL3025"), buildkit("JSONArgsRecommended")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
