#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_quiet(const shell::Command& command, std::span<const shell::Word> words) {
  for (const shell::Redirect& redirect : command.redirects) {
    // 2>/dev/null, 2>&1 | …, &>log: the progress goes elsewhere.
    if (redirect.descriptor == 2 || redirect.descriptor == -2) return true;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    if (!words[i].resolved && text.starts_with('$')) return true;  // $WGET_OPTIONS
    if (text.starts_with("--")) {
      for (const std::string_view option :
           {"--progress", "--quiet", "--no-verbose", "--output-file", "--append-output",
            "--version", "--help", "--background"}) {
        if (text.starts_with(option)) return true;
      }
      continue;
    }
    if (!text.starts_with('-')) continue;
    // Short options may stand together (-qO-, -nv); letters that take a value end the cluster.
    for (std::size_t k = 1; k < text.size(); ++k) {
      if (std::string_view("qoaVhb").contains(text[k])) return true;
      if (text[k] == 'n') {
        if (k + 1 < text.size() && text[k + 1] == 'v') return true;
        ++k;  // -nc, -nd, -nH
        continue;
      }
      if (std::string_view("OPtTwQUelBADRIX").contains(text[k])) break;
    }
  }
  return false;
}

// Whether the stage has GNU wget: where apt or a manager of RPMs installs, no other one is usual.
bool has_gnu_wget(const Stage& stage) {
  bool found = false;
  for_each_run(stage, [&](const Instruction& run) {
    for (const shell::Command& command : run.script.commands) {
      const auto call = package_call(command);
      found = found || (call && (is_apt(call->manager) || is_rpm(call->manager)));
    }
  });
  return found;
}

void check_command(const Stage& stage, const Instruction& run, const shell::Command& command,
                   Findings& findings) {
  if (effective_program(command) != "wget") return;
  const std::span<const shell::Word> words = effective_words(command);
  if (words.size() < 2 || is_quiet(command, words)) return;
  // -q is what both know; GNU's -nv still prints errors.
  findings
      .add(words.front().at, "wget writes its progress bar into the build log",
           "add -nv or --progress=dot:giga (BusyBox: -q)")
      .fix = safe_if(add_option(run, words.front(), has_gnu_wget(stage) ? "-nv" : "-q"));
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& run) {
      if (!run.script.programs.may_share({"wget"})) return;
      for (const shell::Command& command : run.script.commands)
        check_command(stage, run, command, findings);
    });
  }
}

}  // namespace

extern constinit const Rule noisy_download = {
    .name = "noisy-download",
    .title = "download floods the build log",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "Without a terminal, wget prints its progress as thousands of lines. The one line that "
        "says "
        "why a build failed drowns in them.",
    .remediation =
        "Add `-nv`, which still prints errors, or `--progress=dot:giga` for large files. BusyBox's "
        "wget knows only `-q`.",
    .limits =
        "Only wget is looked at; a .wgetrc is not seen. The fix takes `-nv` where the stage uses "
        "apt, dnf or yum, and `-q`, which BusyBox knows too, elsewhere.",
    .references = {hadolint("DL3047")},
    .check = {check},
    .fix = Certainty::safe,
};

}  // namespace plimsoll::rules::dockerfile
