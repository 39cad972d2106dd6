#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_default_shell(std::string_view path) {
  return path == "/bin/sh" || path == "/usr/bin/sh";
}

void check_command(const shell::Command& command, Findings& findings) {
  const std::string_view program = effective_program(command);
  if (program != "ln" && program != "mv" && program != "cp") return;
  const std::span<const shell::Word> words = effective_words(command);
  const shell::Word* last = nullptr;
  int operands = 0;
  for (const shell::Word& word : words.subspan(1)) {
    if (word.text.starts_with('-')) continue;
    last = &word;
    ++operands;
  }
  if (operands < 2 || !is_default_shell(last->text)) return;
  findings.add(last->at,
               concat(last->text,
                      " is replaced: every script of the image then runs in another shell than its "
                      "distribution tested"),
               "use SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]");
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& run) {
      if (!run.script.programs.may_share({"ln", "mv", "cp"})) return;
      for (const shell::Command& command : run.script.commands) check_command(command, findings);
    });
  }
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
    .limits = "dpkg-reconfigure dash and other ways to move the link are not seen.",
    .references = {hadolint("DL4005")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
