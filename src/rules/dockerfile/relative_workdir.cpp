#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/instructions.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Whether the stage that a stage is built on ends with a working directory that this file set.
bool inherits_workdir(const Dockerfile& dockerfile, const Stage& stage) {
  const Stage* base = base_stage(dockerfile, stage);
  return base != nullptr && base->workdir != nullptr;
}

void check_workdir(const Instruction& workdir, bool known_before, Findings& findings) {
  if (workdir.words.empty() || !workdir.problems.empty()) return;
  const DockerfileWord& path = workdir.words.front();
  if (path.text.empty() || path.text.starts_with('$') || is_absolute(path.text)) return;
  if (path.text.starts_with('~')) {
    findings.add(
        path.at,
        concat("WORKDIR \"", path.text, "\" makes a directory named \"~\": no shell expands it"),
        "write the absolute path");
    return;
  }
  if (known_before) {
    findings
        .add(path.at,
             concat("WORKDIR \"", path.text, "\" continues an earlier WORKDIR: it moves with it"),
             "write the absolute path")
        .severity = Severity::info;
    return;
  }
  findings.add(path.at,
               concat("WORKDIR \"", path.text,
                      "\" is relative to whatever directory the base image happens to set"),
               "write the absolute path");
}

// `RUN cd x`: alone it does nothing; before other commands it is what WORKDIR says better.
void check_cd(const Instruction& run, Findings& findings) {
  if (run.exec_form || !run.heredocs.empty() || run.script.commands.empty()) return;
  const shell::Command& first = run.script.commands.front();
  if (first.subshell_depth > 0 || first.in_branch || first.in_function || first.conditional) return;
  if (first.words.empty() || first.words.front().text != "cd") return;
  if (run.script.commands.size() == 1) {
    findings.add(first.at, "RUN cd changes nothing: the next instruction starts in WORKDIR again",
                 "use WORKDIR");
    return;
  }
  findings
      .add(first.at, "RUN starts with cd: WORKDIR would say so for every instruction",
           "use WORKDIR")
      .severity = Severity::info;
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    bool known = inherits_workdir(dockerfile, stage);
    bool known_in_child = known;
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& step = deed(instruction);
      const bool trigger = &step != &instruction;
      if (step.keyword == Keyword::run) check_cd(step, findings);
      if (step.keyword != Keyword::workdir) continue;
      check_workdir(step, trigger ? known_in_child : known, findings);
      known_in_child = true;
      if (!trigger) known = true;
    }
  }
}

}  // namespace

extern constinit const Rule relative_workdir = {
    .name = "relative-workdir",
    .title = "working directory is relative, or changed with cd",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A relative WORKDIR starts where the base image ends. When the base moves, every path of "
        "the "
        "build moves with it, unseen. `RUN cd` holds for that one RUN only.",
    .remediation = "Give WORKDIR an absolute path, and use WORKDIR instead of `RUN cd`.",
    .limits =
        "A path that starts with a variable is not judged. A `cd` that follows another command of "
        "the "
        "same RUN, stands in a subshell, or in a heredoc script, is taken as meant so. A relative "
        "WORKDIR after one of the same file is only a note.",
    .references = {hadolint("DL3000"), hadolint("DL3003"), buildkit("WorkdirRelativePath"),
                   trivy("DS-0009"), trivy("DS-0013"), checkov("CKV_DOCKER_10")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
