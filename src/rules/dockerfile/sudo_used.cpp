#include <array>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_paths.h"
#include "rules/support/instructions.h"
#include "rules/support/known_images.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"
#include "rules/support/users.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view remedy =
    "use USER in the build, and gosu, su-exec or setpriv at run time";

bool is_sudo(std::string_view name) {
  return name == "sudo" || name == "doas";
}

// The place where a command writes rules for sudo, if it does.
Location writes_sudoers(const shell::Command& command) {
  const auto is_sudoers = [](std::string_view path) { return path.starts_with("/etc/sudoers"); };
  for (const shell::Redirect& redirect : command.redirects) {
    const bool writes = redirect.kind == shell::Redirect::Kind::output ||
                        redirect.kind == shell::Redirect::Kind::append;
    if (writes && is_sudoers(redirect.target.text)) return redirect.target.at;
  }
  if (effective_program(command) != "tee") return {};
  for (const shell::Word& word : command.words) {
    if (is_sudoers(word.text)) return word.at;
  }
  return {};
}

// Whether a stage starts as root, as far as it is known.
bool starts_as_root(const Dockerfile& dockerfile, const Stage& stage) {
  if (stage.base.stage && *stage.base.stage < stage.index) {
    const Stage& base = dockerfile.stages[*stage.base.stage];
    if (base.user == nullptr) return starts_as_root(dockerfile, base);
    return base.user->words.size() == 1 && is_root(base.user->words.front().text);
  }
  if (stage.base.scratch) return true;
  if (!stage.base.reference) return false;
  const ImageUser user = user_of(*stage.base.reference);
  return user == ImageUser::root || user == ImageUser::root_then_drops;
}

// Every sudo of the RUN goes, where each does nothing but ask for root.
Fix without_sudo(const Instruction& run) {
  std::vector<Change> changes;
  for (const shell::Command& command : run.script.commands) {
    if (!is_sudo(command.program())) continue;
    const std::span<const shell::Word> words = command.words;
    std::size_t next = 1;
    while (next < words.size() && is_one_of(words[next].text, {"-E", "-H", "-n", "-EH", "-HE"})) {
      ++next;
    }
    if (run.exec_form || next >= words.size() || words[next].text.starts_with('-') ||
        !is_written(words[0].at, words[0].text)) {
      return {};
    }
    changes.push_back(change::rewrite(
        {words[0].at.source, {words[0].at.span.begin, words[next].at.span.begin}}, ""));
  }
  return unsafe_fix(std::move(changes));
}

void check_run(const Instruction& run, bool as_root, Findings& findings) {
  Location installed;
  std::string_view installed_name;
  Location called;
  Location granted;
  bool removed = false;
  for (const shell::Command& command : run.script.commands) {
    if (!called.known() && is_sudo(command.program())) called = command.words.front().at;
    if (!granted.known()) granted = writes_sudoers(command);
    const auto call = package_call(command);
    if (!call || !is_distribution(call->manager)) continue;
    const bool installs = call->action == Action::install;
    if (!installs && call->action != Action::remove) continue;
    for_each_operand(*call, [&](const Argument& argument) {
      const std::string_view name = read_package(call->manager, argument).name;
      if (!is_sudo(name)) return true;
      if (!installs) {
        removed = true;
      } else if (!installed.known()) {
        installed = argument.at;
        installed_name = name;
      }
      return true;
    });
  }
  // Installed and removed in one RUN: it does not ship.
  if (removed) return;
  if (installed.known()) {
    findings.add(installed,
                 concat(installed_name,
                        " is installed: a setuid program that whoever gets into the "
                        "container can try to become root with"),
                 std::string(remedy));
  }
  if (granted.known()) {
    findings.add(granted, "a rule for sudo is written: it lets a user of the container become root",
                 std::string(remedy));
  }
  if (called.known()) {
    Finding& finding = findings.add(
        called, "sudo in RUN: the build runs as root already, or should switch users with USER",
        "remove sudo; put USER root before the RUN where it is needed");
    if (as_root) finding.fix = without_sudo(run);
  }
}

void check_start(const Instruction* start, Findings& findings) {
  if (start == nullptr) return;
  for (const shell::Command& command : start->script.commands) {
    if (!is_sudo(command.program())) continue;
    findings.add(command.words.front().at,
                 concat(start->name,
                        " starts the program through sudo: it breaks signals and needs "
                        "a setuid program in the image"),
                 std::string(remedy));
    return;
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage* stage : shipped_stages(dockerfile)) {
    bool as_root = starts_as_root(dockerfile, *stage);
    for (const Instruction& instruction : stage->instructions) {
      if (instruction.keyword == Keyword::user && !instruction.words.empty()) {
        const DockerfileWord& user = instruction.words.front();
        as_root = !user.unresolved && is_root(user.text);
      }
      const Instruction& run = deed(instruction);
      // Who runs a trigger is decided where it runs.
      const bool trigger = &run != &instruction;
      if (run.keyword == Keyword::run) check_run(run, as_root && !trigger, findings);
    }
  }
  if (const Stage* last = dockerfile.final_stage()) {
    check_start(last->entrypoint, findings);
    check_start(last->cmd, findings);
  }
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  static constexpr std::array<std::string_view, 4> names{"usr/bin/sudo", "usr/local/bin/sudo",
                                                         "usr/bin/doas", "bin/doas"};
  const ImagePath* program = find_file(image, names);
  if (program == nullptr) return;
  findings.add(place_of_layer(image, program->layer),
               concat("/", program->path,
                      " is in the image: a setuid program that whoever gets into the container can "
                      "try to become root with"),
               std::string(remedy));
}

}  // namespace

extern constinit const Rule sudo_used = {
    .name = "sudo-used",
    .title = "sudo is installed or used",
    .severity = Severity::medium,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::image},
    .rationale =
        "sudo is a large setuid program with a history of privilege escalations, and its only "
        "purpose "
        "is to give root to somebody who has it not. It also stands between the engine and the "
        "program: signals and the terminal do not reach the program as they should.",
    .remediation =
        "Switch users with USER while building. Where an entrypoint must start as root and drop to "
        "a "
        "user, do it with `gosu`, `su-exec` or `setpriv --reuid`.",
    .limits =
        "Only stages whose layers end in the image are judged. A sudo that the base image brings "
        "is "
        "seen by `plimsoll image`. The fix takes sudo from RUNs of which it is known that "
        "root runs them; what else needs sudo, and who should be root, is for a person to say.",
    .references = {guideline("S3", "Container Security"), hadolint("DL3004"), trivy("DS-0010"),
                   checkov("CKV2_DOCKER_1"), dockle("DKL-DI-0001")},
    .check = {check, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
