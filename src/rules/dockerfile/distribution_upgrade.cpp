#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

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

void check_run(const Instruction& run, Findings& findings) {
  for (const shell::Command& command : run.script.commands) {
    const auto call = package_call(command);
    if (!call) continue;
    const bool whole = call->action == Action::distribution_upgrade;
    if (!whole && call->action != Action::upgrade) continue;
    if (!upgrades_everything(*call)) continue;
    const std::string name = concat(name_of(call->manager), " ", call->verb);
    if (whole) {
      findings.add(call->at,
                   concat(name,
                          " may add and remove any package of the base image: the build gives "
                          "something else each time"),
                   "start from a newer base image");
      continue;
    }
    findings
        .add(call->at,
             concat(name,
                    " upgrades every package of the base image: it writes them a second time, "
                    "and what it gives depends on the day"),
             "start from a newer base image and rebuild it regularly")
        .severity = Severity::info;
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& run) { check_run(run, findings); });
  }
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
};

}  // namespace plimsoll::rules::dockerfile
