#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/instructions.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Whether the upgrade takes in everything that is installed. One of named packages is a choice, and
// one of security updates alone is a policy.
bool upgrades_everything(const PackageCall& call) {
  if (!is_distribution(call.manager) || call.options_unknown) return false;
  // Arch knows no partial upgrade: -Syu is how anything is installed there.
  if (call.manager == Manager::pacman) return false;
  if (has_operands(call)) return false;
  return !has_option(call,
                     {"--security", "--advisory", "--cve", "--bugfix", "--sec-severity",
                      "--simulate", "--dry-run", "--download-only"},
                     is_apt(call.manager) ? 's' : '\0');
}

// Whether the RUN has no other work than the upgrade: it fetches an index for it and cleans up.
bool serves_upgrade_alone(const Instruction& run) {
  return std::ranges::all_of(run.script.commands, [](const shell::Command& command) {
    const auto call = package_call(command);
    if (!call) {
      return deletes(command, "/var/lib/apt/lists") || deletes(command, "/var/cache/apk") ||
             deletes(command, "/var/cache/dnf") || deletes(command, "/var/cache/yum");
    }
    return call->action == Action::update_index || call->action == Action::clean ||
           call->verb == "autoremove" ||
           ((call->action == Action::upgrade || call->action == Action::distribution_upgrade) &&
            upgrades_everything(*call));
  });
}

// Whether a later RUN installs from the index that this one fetches.
bool index_is_used_later(const Dockerfile& dockerfile, const Instruction& run) {
  bool used = false;
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& later) {
      if (later.at.span.begin <= run.at.span.begin) return;
      for (const shell::Command& command : later.script.commands) {
        const auto call = package_call(command);
        if (!call || !is_apt(call->manager)) continue;
        if (call->action == Action::update_index) return;
        used = used || call->action == Action::install;
      }
    });
  }
  return used;
}

Fix without_upgrade(const Dockerfile& dockerfile, const Instruction& outer, const Instruction& run,
                    const shell::Command& command) {
  if (&outer == &run && serves_upgrade_alone(run) && !index_is_used_later(dockerfile, run)) {
    return unsafe_fix({change::remove(run.at)});
  }
  return unsafe_if(remove_command(dockerfile, run, command));
}

void check_run(const Dockerfile& dockerfile, const Instruction& outer, const Instruction& run,
               Findings& findings) {
  for (const shell::Command& command : run.script.commands) {
    const auto call = package_call(command);
    if (!call) continue;
    const bool whole = call->action == Action::distribution_upgrade;
    if (!whole && call->action != Action::upgrade) continue;
    if (!upgrades_everything(*call)) continue;
    const std::string name = concat(name_of(call->manager), " ", call->verb);
    if (whole) {
      findings
          .add(call->at,
               concat(name,
                      " may add and remove any package of the base image: the build gives "
                      "something else each time"),
               "start from a newer base image")
          .fix = without_upgrade(dockerfile, outer, run, command);
      continue;
    }
    Finding& finding = findings.add(
        call->at,
        concat(name,
               " upgrades every package of the base image: it writes them a second time, "
               "and what it gives depends on the day"),
        "start from a newer base image and rebuild it regularly");
    finding.severity = Severity::info;
    finding.fix = without_upgrade(dockerfile, outer, run, command);
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for_each_instruction(dockerfile, [&](const Stage&, const Instruction& instruction) {
    const Instruction& run = deed(instruction);
    if (run.keyword == Keyword::run) check_run(dockerfile, instruction, run, findings);
  });
}

}  // namespace

extern constinit const Rule distribution_upgrade = {
    .name = "distribution-upgrade",
    .title = "whole distribution is upgraded in a build",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A distribution upgrade replaces whatever the base image holds: the same file gives "
        "another "
        "image every day, packages may vanish, and each replaced file is shipped twice. Old "
        "packages "
        "are a sign of an old base image.",
    .remediation =
        "Take a newer base image, pinned by digest, and let a scheduled build renew it. Upgrade "
        "the "
        "one package that needs it by name.",
    .limits =
        "An upgrade of everything without removals (`apt-get upgrade`, `apk upgrade`) is only "
        "noted: "
        "some sites prefer it to waiting for a base image. Upgrades of named packages or of "
        "security "
        "fixes alone are not reported.",
    .references = {hadolint("DL3005"), hadolint("DL3017"), hadolint("DL3031"), hadolint("DL3035"),
                   hadolint("DL3039"), trivy("DS-0024"), dockle("DKL-DI-0003")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
