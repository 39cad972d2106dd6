#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/instructions.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_default_shell(std::string_view path) {
  return path == "/bin/sh" || path == "/usr/bin/sh";
}

// `rm /bin/sh`, which only makes room for the link.
bool makes_room(const shell::Command& command) {
  return effective_program(command) == "rm" && !command.words.empty() &&
         is_default_shell(command.words.back().text);
}

// SHELL takes the place of the RUN, or of the command: then it stands behind the RUN, which may
// have installed the shell.
Fix with_shell(const Dockerfile& dockerfile, const Instruction& run, const shell::Command& command,
               std::string_view shell) {
  if (shell != "/bin/bash" && shell != "/usr/bin/bash") return {};
  // Only the link goes where SHELL says it already.
  const bool said =
      file_name(run.interpreter) == "bash" &&
      std::ranges::find(run.interpreter_options, "pipefail") != run.interpreter_options.end();
  const std::string instruction = concat("SHELL [\"", shell, "\", \"-o\", \"pipefail\", \"-c\"]");
  const bool whole = std::ranges::all_of(run.script.commands, [&](const shell::Command& other) {
    return &other == &command || makes_room(other);
  });
  if (whole) {
    return unsafe_fix({said ? change::remove(run.at) : change::rewrite(run.at, instruction)});
  }
  const bool room = std::ranges::any_of(run.script.commands, makes_room);
  std::optional<Change> removal = remove_command(dockerfile, run, command);
  if (room || !removal) return {};
  if (said) return unsafe_fix({*std::move(removal)});
  return unsafe_fix({*std::move(removal), change::insert_after(run.at, instruction)});
}

void check_command(const Dockerfile& dockerfile, const Instruction& outer, const Instruction& run,
                   const shell::Command& command, Findings& findings) {
  const std::string_view program = effective_program(command);
  if (program != "ln" && program != "mv" && program != "cp") return;
  const std::span<const shell::Word> words = effective_words(command);
  const shell::Word* last = nullptr;
  const shell::Word* shell = nullptr;
  int operands = 0;
  for (const shell::Word& word : words.subspan(1)) {
    if (word.text.starts_with('-')) continue;
    shell = last;
    last = &word;
    ++operands;
  }
  if (operands < 2 || !is_default_shell(last->text)) return;
  Finding& finding = findings.add(
      last->at,
      concat(last->text,
             " is replaced: every script of the image then runs in another shell than its "
             "distribution tested"),
      "use SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
  if (&outer == &run && operands == 2) {
    finding.fix = with_shell(dockerfile, run, command, shell->text);
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    const Instruction& run = deed(instruction);
    if (run.keyword != Keyword::run) return;
    if (!run.script.programs.may_share({"ln", "mv", "cp"})) return;
    for (const shell::Command& command : run.script.commands) {
      check_command(dockerfile, instruction, run, command, findings);
    }
  });
}

}  // namespace

extern constinit const Rule shell_relinked = {
    .name = "shell-relinked",
    .title = "default shell is replaced by a link",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "Pointing /bin/sh to another shell changes it for every script of the image, the "
        "distribution's own maintainer scripts included, and the next update of the package that "
        "owns "
        "it takes the change back.",
    .remediation =
        "Choose the shell of the RUN instructions with SHELL, and name the shell of a script in "
        "its "
        "first line.",
    .limits =
        "dpkg-reconfigure dash and other ways to move the link are not seen. The fix writes SHELL "
        "for bash alone; a script of the image that counts on the link needs bash in its first "
        "line.",
    .references = {hadolint("DL4005")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
