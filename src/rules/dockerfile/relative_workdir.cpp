#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
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

// The working directory that a stage starts with or has come to, where it is written out in this
// file; "" where it is not: the base image or a variable decides.
std::string directory_after(std::string_view before, const Instruction& workdir) {
  if (workdir.words.empty() || !workdir.problems.empty()) return {};
  const DockerfileWord& path = workdir.words.front();
  // What a variable holds can be another thing in the next build.
  if (path.unresolved || path.raw.contains('$') || path.text.empty()) return {};
  if (path.text.starts_with('/')) return normal_path(path.text);
  // Nobody's path is longer, and hostile files grow theirs with every line.
  constexpr std::size_t longest_path = 1024;
  if (before.empty() || before.size() > longest_path || is_absolute(path.text)) return {};
  return normal_path(join_path(before, path.text));
}

bool is_plain_path(std::string_view path) {
  return std::ranges::all_of(path, [](char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("/._-+@").contains(c);
  });
}

// The absolute path that a relative one means, as it can stand in its place.
std::optional<std::string> absolute_text(std::string_view before, const DockerfileWord& path) {
  if (!before.starts_with('/') || !is_plain_path(before)) return std::nullopt;
  if (is_plain_path(path.raw)) return normal_path(join_path(before, path.raw));
  // Quotes, blanks and variables stay as they are, behind the directory.
  const bool quoted = path.raw.starts_with('"') || path.raw.starts_with('\'');
  const std::string_view inside = std::string_view(path.raw).substr(quoted ? 1 : 0);
  if (inside.starts_with('.') || inside.contains("..") || path.at.text() != path.raw ||
      inside.find_first_of("\\`") != std::string_view::npos) {
    return std::nullopt;
  }
  return concat(std::string_view(path.raw).substr(0, quoted ? 1 : 0), before,
                before.ends_with('/') ? "" : "/", inside);
}

void check_workdir(const Instruction& workdir, bool known_before, std::string_view directory,
                   Findings& findings) {
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
  const std::optional<std::string> absolute = absolute_text(directory, path);
  Finding& finding = findings.add(
      path.at,
      known_before
          ? concat("WORKDIR \"", path.text, "\" continues an earlier WORKDIR: it moves with it")
          : concat("WORKDIR \"", path.text,
                   "\" is relative to whatever directory the base image happens to set"),
      absolute ? concat("write the absolute path, ", *absolute)
               : std::string("write the absolute path"));
  if (known_before) finding.severity = Severity::info;
  if (absolute) finding.fix = safe_fix({change::rewrite(path.at, *absolute)});
}

// Images whose configuration sets no working directory, so that it is the root: FROM scratch, and
// the distributions' own, which are made of an archive of files and a CMD. Sources: the Dockerfiles
// that known_images.cpp names for each.
bool starts_at_root(const Stage& stage) {
  if (stage.base.scratch) return true;
  if (!stage.base.reference || stage.base.word.unresolved) return false;
  const std::string name = stage.base.reference->name;
  static constexpr std::array<std::string_view, 8> distributions{
      "alpine", "debian", "ubuntu", "fedora", "rockylinux", "almalinux", "amazonlinux", "busybox"};
  return std::ranges::find(distributions, name) != distributions.end();
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
  // By stage, where it ends.
  std::vector<std::string> ends_in(dockerfile.stages.size());
  for (const Stage& stage : dockerfile.stages) {
    bool known = inherits_workdir(dockerfile, stage);
    bool known_in_child = known;
    const Stage* const base = base_stage(dockerfile, stage);
    std::string directory =
        base != nullptr ? ends_in[base->index] : std::string(starts_at_root(stage) ? "/" : "");
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& step = deed(instruction);
      const bool trigger = &step != &instruction;
      if (step.keyword == Keyword::run) check_cd(step, findings);
      if (step.keyword != Keyword::workdir) continue;
      // Where a trigger starts is decided by all of this stage, and by the builds that follow.
      check_workdir(step, trigger ? known_in_child : known, trigger ? std::string() : directory,
                    findings);
      known_in_child = true;
      if (trigger) continue;
      known = true;
      directory = directory_after(directory, step);
    }
    ends_in[stage.index] = std::move(directory);
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
        "WORKDIR after one of the same file is only a note. `plimsoll fix` writes the absolute "
        "path "
        "where this file, scratch or a distribution's own image fixes where it starts; what to do "
        "about a `cd` is left to a person.",
    .references = {hadolint("DL3000"), hadolint("DL3003"), buildkit("WorkdirRelativePath"),
                   trivy("DS-0009"), trivy("DS-0013"), checkov("CKV_DOCKER_10")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
