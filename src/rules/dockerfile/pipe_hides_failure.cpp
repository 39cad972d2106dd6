// A shell reports only the last command of a pipe: `curl … | tar x` succeeds when curl fails
// half-way and tar is content with what it got. With `pipefail` (bash, zsh, ksh, BusyBox's ash;
// Debian's dash has none) the pipe fails as a whole. And a heredoc is a script: unlike a chain of
// `&&` it goes on after a failed command, unless `set -e` is on.
//
// Where a failure is expected, nothing is hidden: conditions, `! a | b`, `… || true`, `… | true`.
// And commands that cannot fail hide nothing: `echo "$SUM file" | sha256sum -c`.
#include "base/files.h"
#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_shells.h"
#include "rules/support/instructions.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool cannot_fail(const shell::Command& command) {
  const std::string_view program = effective_program(command);
  constexpr std::array<std::string_view, 17> names{
      "echo",  "printf", "yes",      "true", ":",   "seq",    "date",     "uname", "arch",
      "nproc", "env",    "printenv", "id",   "pwd", "whoami", "hostname", "sleep"};
  if (std::ranges::find(names, program) != names.end()) return true;
  // `cat <<EOF | x`, and a brace group that only assigns.
  if (program == "cat" && command.words.size() == 1) return true;
  if (program == "dpkg") {
    return command.words.size() == 2 && command.words[1].text == "--print-architecture";
  }
  return command.words.empty();
}

bool ignores_failure(const shell::Command& command) {
  const std::string_view program = effective_program(command);
  return program == "true" || program == ":" || program == "echo";
}

// What `set` does to one option: +1 on, -1 off, 0 nothing.
int switches(const shell::Command& command, std::string_view name, char letter) {
  if (command.program() != "set") return 0;
  int result = 0;
  for (std::size_t i = 1; i < command.words.size(); ++i) {
    const std::string_view word = command.words[i].text;
    if (word.size() < 2 || (word[0] != '-' && word[0] != '+')) continue;
    const int sign = word[0] == '-' ? 1 : -1;
    if (letter != '\0' && word.substr(1).contains(letter)) result = sign;
    if (word.ends_with('o') && i + 1 < command.words.size() && command.words[i + 1].text == name) {
      result = sign;
    }
  }
  return result;
}

bool has_option(const std::vector<std::string>& options, std::string_view name, char letter) {
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string_view word = options[i];
    if (word == name) return true;
    if (letter != '\0' && word.size() > 1 && word[0] == '-' && word[1] != '-' &&
        word.contains(letter)) {
      return true;
    }
  }
  return false;
}

constexpr std::string_view ash = "SHELL [\"/bin/ash\", \"-eo\", \"pipefail\", \"-c\"]";
constexpr std::string_view bash = "SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]";

// What is known of a stage for its fixes.
struct StageShell {
  ImageShell kind = ImageShell::unknown;
  bool chosen = false;  // by a SHELL instruction, here or in a stage below
  // Before which instruction the SHELL goes that all pipes from there on need; null before the
  // first of them.
  const Instruction* first_pipe = nullptr;
};

// bash and its like know pipefail and only have to be told.
bool knows_pipefail(const Instruction& run) {
  return is_one_of(file_name(run.interpreter), {"bash", "zsh", "ksh"});
}

std::string remedy_for(const Instruction& run, const StageShell& shell) {
  if (knows_pipefail(run)) return "start it with set -o pipefail";
  return concat("put ", shell.kind == ImageShell::ash ? ash : bash, " before it");
}

Fix with_pipefail(const Dockerfile& dockerfile, const Instruction& outer, const Instruction& run,
                  const shell::Command& hidden, StageShell& shell) {
  // A shell inside the shell has options of its own.
  if (hidden.subshell_depth > 0) return {};
  if (knows_pipefail(run)) {
    return unsafe_if(
        insert_command(dockerfile, run, run.script.commands.front(), "set -o pipefail"));
  }
  if (shell.chosen || shell.kind == ImageShell::unknown) return {};
  if (shell.first_pipe == nullptr) shell.first_pipe = &outer;
  return unsafe_fix({change::insert_before(
      shell.first_pipe->at, std::string(shell.kind == ImageShell::ash ? ash : bash))});
}

void check_pipes(const Dockerfile& dockerfile, const Instruction& outer, const Instruction& run,
                 StageShell& shell, Findings& findings) {
  bool pipefail = has_option(run.interpreter_options, "pipefail", '\0');
  const std::vector<shell::Command>& commands = run.script.commands;
  for (std::size_t i = 0; i < commands.size();) {
    const shell::Command& first = commands[i];
    if (const int change = switches(first, "pipefail", '\0'); change != 0) pipefail = change > 0;
    const shell::Command* hidden = nullptr;
    std::size_t last = i;
    // Commands inside a substitution stand between those of the pipe that holds them.
    while (commands[last].next == shell::Operator::pipe ||
           commands[last].next == shell::Operator::pipe_both) {
      if (hidden == nullptr && !cannot_fail(commands[last])) hidden = &commands[last];
      if (last + 1 == commands.size()) break;
      ++last;
    }
    i = last + 1;
    if (hidden == nullptr || pipefail) continue;
    if (first.conditional || first.negated || first.in_substitution) continue;
    if (ignores_failure(commands[last])) continue;
    const bool handled = commands[last].next == shell::Operator::or_else && i < commands.size() &&
                         ignores_failure(commands[i]);
    if (handled) continue;
    const std::string_view program = effective_program(*hidden);
    findings
        .add(hidden->words.empty() ? hidden->at : hidden->words.front().at,
             concat("a failure of ", program.empty() ? "the first command" : program,
                    " in this pipe goes unnoticed: only the last command counts"),
             remedy_for(run, shell))
        .fix = with_pipefail(dockerfile, outer, run, *hidden, shell);
    return;  // once for each RUN
  }
}

bool lies_in(Location at, Location body) {
  return at.source == body.source && at.span.begin >= body.span.begin &&
         at.span.end <= body.span.end;
}

// `set -e` on the first line, or behind a `#!`.
Fix with_errexit(const Instruction& run) {
  const Heredoc& heredoc = run.heredocs.front();
  const std::string_view text = heredoc.body_at.text();
  const std::string_view indent =
      text.substr(0, std::min(text.find_first_not_of(" \t"), text.size()));
  if (heredoc.body.starts_with("#!")) {
    const auto behind = static_cast<std::uint32_t>(text.find('\n') + 1);
    const std::uint32_t offset = heredoc.body_at.span.begin + behind;
    return unsafe_fix(
        {change::rewrite({heredoc.body_at.source, {offset, offset}}, concat(indent, "set -e\n"))});
  }
  return unsafe_fix({insert_ahead(heredoc.body_at, concat(indent, "set -e\n"))});
}

void check_heredoc(const Instruction& run, Findings& findings) {
  const std::vector<shell::Command>& commands = run.script.commands;
  if (run.heredocs.empty() || commands.size() < 2) return;
  const Heredoc& heredoc = run.heredocs.front();
  if (!lies_in(commands.front().at, heredoc.body_at)) return;
  if (has_option(run.interpreter_options, "errexit", 'e')) return;
  // `RUN bash -e <<EOF` and a first line `#!/bin/bash -e`.
  if (!run.words.empty() && run.words.front().text.contains(" -e")) return;
  const std::string_view body = heredoc.body;
  if (body.starts_with("#!") && body.substr(0, body.find('\n')).contains(" -e")) return;
  bool guarded = false;
  const shell::Command* unguarded = nullptr;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const shell::Command& command = commands[i];
    if (const int change = switches(command, "errexit", 'e'); change != 0) {
      guarded = change > 0;
      continue;
    }
    // The last list gives the RUN its status; before it, each list that can fail goes unnoticed.
    const bool in_last_list = command.list == commands.back().list;
    if (guarded || in_last_list || command.conditional || command.in_substitution ||
        command.in_function || command.program() == "set" || command.program() == "exit" ||
        cannot_fail(command) || command.program() == "export" || command.program() == "cd") {
      continue;
    }
    const shell::Command* after = i + 1 < commands.size() ? &commands[i + 1] : nullptr;
    if (command.next == shell::Operator::or_else && after != nullptr) continue;
    unguarded = &command;
    break;
  }
  if (unguarded == nullptr) return;
  const std::string_view program = effective_program(*unguarded);
  Finding& finding = findings.add(
      heredoc.at,
      concat("this script goes on after a failed ", program.empty() ? "command" : program,
             ": a heredoc does not stop at the first failure by itself"),
      "put set -e on its first line");
  finding.related = {unguarded->at, "when this fails, the script goes on"};
  finding.fix = with_errexit(run);
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  std::vector<StageShell> shells(dockerfile.stages.size());
  for (const Stage& stage : dockerfile.stages) {
    StageShell& shell = shells[stage.index];
    if (const Stage* base = base_stage(dockerfile, stage)) {
      shell = shells[base->index];
    }
    bool looked_up = shell.kind != ImageShell::unknown;
    for (const Instruction& instruction : stage.instructions) {
      shell.chosen = shell.chosen || instruction.keyword == Keyword::shell;
      const Instruction& run = deed(instruction);
      if (run.keyword != Keyword::run || run.exec_form || !is_shell(file_name(run.interpreter))) {
        continue;
      }
      if (!looked_up) shell.kind = shell_of(stage);
      looked_up = true;
      check_pipes(dockerfile, instruction, run, shell, findings);
      check_heredoc(run, findings);
    }
  }
}

}  // namespace

extern constinit const Rule pipe_hides_failure = {
    .name = "pipe-hides-failure",
    .title = "failure inside a RUN goes unnoticed",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A shell takes a pipe's status from its last command, and runs on after a failed line of a "
        "heredoc. The build then succeeds with half a download or without an installed package, "
        "and "
        "the broken image is shipped.",
    .remediation =
        "Put `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before the RUN (on Alpine "
        "`/bin/ash`), or `set -o pipefail` inside it. Start a heredoc with `set -e`.",
    .limits =
        "One finding for each RUN. PowerShell and cmd are not judged, nor is the exec form. "
        "Commands "
        "that cannot fail, such as echo, may stand in a pipe. `a; b` outside a heredoc is not "
        "judged. The fix chooses a shell only where it is known that the base image has it, and "
        "where "
        "no SHELL is written already; it holds for all that follows in the stage, and for its "
        "CMD and ENTRYPOINT in shell form.",
    .references = {hadolint("DL4006"),
                   document("Docker: Building best practices, Using pipes",
                            "https://docs.docker.com/build/building/best-practices/#using-pipes")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
