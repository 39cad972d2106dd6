#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool changes_packages(Action action) {
  return action == Action::install || action == Action::upgrade ||
         action == Action::distribution_upgrade || action == Action::remove;
}

// What the surroundings of a call have settled: a configuration written earlier in the stage, an
// environment variable.
struct Settled {
  bool apt_yes = false;
  bool conda_yes = false;
};

// Whether the manager would ask, and the option that makes it go on; "" when it would not.
std::string_view missing_option(const PackageCall& call, const Settled& settled) {
  if (!changes_packages(call.action) || call.options_unknown) return {};
  switch (call.manager) {
    case Manager::apt_get:
    case Manager::apt:
    case Manager::aptitude:
      // -qq and anything quieter implies -y (apt-get(8)); -s and -d change nothing.
      if (settled.apt_yes || sets_apt_option(call, "APT::Get::Assume-Yes", true) ||
          has_option(call,
                     {"--yes", "--assume-yes", "--force-yes", "--assume-no", "--simulate",
                      "--just-print", "--dry-run", "--download-only", "--print-uris"},
                     'y') ||
          has_option(call, {}, 's') || has_option(call, {}, 'd') ||
          count_option(call, "--quiet", 'q') >= 2) {
        return {};
      }
      return "-y";
    case Manager::dnf:
    case Manager::yum:
      if (has_option(call, {"--assumeyes", "--yes", "--assumeno", "--downloadonly"}, 'y'))
        return {};
      return option_value(call, "--setopt", '\0').starts_with("assumeyes") ? "" : "-y";
    case Manager::zypper:
      if (has_option(call, {"--non-interactive", "--no-confirm", "--dry-run", "--download-only"},
                     'n') ||
          has_option(call, {}, 'y')) {
        return {};
      }
      return "--non-interactive";
    case Manager::pacman: return has_option(call, {"--noconfirm"}) ? "" : "--noconfirm";
    case Manager::pip:
      return call.action != Action::remove || has_option(call, {"--yes"}, 'y') ? "" : "-y";
    case Manager::conda:
      if (settled.conda_yes || has_option(call, {"--yes", "--quiet-yes", "--dry-run"}, 'y')) {
        return {};
      }
      // conda env create asks nothing.
      return call.words.size() > 1 && call.words[1].text == "env" ? "" : "-y";
    default: return {};  // apk, microdnf and the others ask nothing
  }
}

bool answers_yes(const shell::Command& command) {
  const std::string_view program = command.program();
  return program == "yes" || program == "echo" || program == "printf";
}

// The option behind the verb, so that what another fix adds to the options stands behind it; zypper
// wants it before the verb.
Fix with_option(const Instruction& run, const PackageCall& call, std::string_view option) {
  if (call.manager == Manager::zypper) {
    return safe_if(add_option(run, call.words.front(), option));
  }
  Location verb = call.at;
  const auto size = static_cast<std::uint32_t>(call.verb.size());
  if (run.exec_form || verb.span.size() < size || options_end_before_verb(call)) return {};
  verb.span.begin = verb.span.end - size;
  if (!is_written(verb, call.verb)) return {};
  return safe_fix({change::rewrite(verb, concat(call.verb, " ", option))});
}

// `apt` becomes `apt-get` in the whole RUN, where both do the same. `apt upgrade` also installs new
// packages, and what lists and searches is apt-cache's.
Fix with_apt_get(const Instruction& run) {
  std::vector<Change> changes;
  for (const shell::Command& command : run.script.commands) {
    const auto call = package_call(command);
    if (!call || call->manager != Manager::apt) continue;
    const Location& program = call->words.front().at;
    if (run.exec_form || !is_written(program, "apt") ||
        !is_one_of(call->verb, {"install", "reinstall", "update", "remove", "purge", "autoremove",
                                "clean", "autoclean", "build-dep"})) {
      return {};
    }
    changes.push_back(change::rewrite(program, "apt-get"));
  }
  return safe_fix(std::move(changes));
}

// `ENV DEBIAN_FRONTEND=noninteractive` becomes ARG, which the RUNs of the stage see as well. A
// stage built on this one would not.
Fix as_argument(const Dockerfile& dockerfile, const Stage& stage, const Instruction& env) {
  const bool is_base = std::ranges::any_of(
      dockerfile.stages, [&](const Stage& other) { return other.base.stage == stage.index; });
  if (is_base || env.assignments.size() != 1) return {};
  const bool lower_case = env.name == lower(env.name);
  std::vector<Change> changes{change::rewrite(env.name_at, lower_case ? "arg" : "ARG")};
  if (env.legacy_assignment) {
    const DockerfileAssignment& assignment = env.assignments.front();
    changes.push_back(change::rewrite(
        {env.at.source, {assignment.name.at.span.end, assignment.value.at.span.begin}}, "="));
  }
  return unsafe_fix(std::move(changes));
}

// The variable is given another value before the stage ends.
bool is_taken_back(const Stage& stage, const Instruction& env) {
  bool behind = false;
  for (const Instruction& instruction : stage.instructions) {
    if (behind && instruction.keyword == Keyword::env &&
        std::ranges::any_of(instruction.assignments, [](const DockerfileAssignment& assignment) {
          return assignment.name.text == "DEBIAN_FRONTEND";
        })) {
      return true;
    }
    behind = behind || &instruction == &env;
  }
  return false;
}

void check_run(const Instruction& run, Settled& settled, Findings& findings) {
  const std::vector<shell::Command>& commands = run.script.commands;
  bool apt_reported = false;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const shell::Command& command = commands[i];
    const auto call = package_call(command);
    if (!call) {
      for (const shell::Word& word : command.words) {
        if (word.contains("Assume-Yes") || word.contains("assume-yes")) {
          settled.apt_yes = true;
        }
        if (word.text.starts_with("CONDA_ALWAYS_YES=") || word.contains("always_yes")) {
          settled.conda_yes = true;
        }
      }
      continue;
    }
    if (call->verb == "config" && call->manager == Manager::conda) {
      for (const shell::Word& word : command.words) {
        if (word.text == "always_yes") settled.conda_yes = true;
      }
    }
    const bool answered =
        i > 0 && commands[i - 1].pipeline == command.pipeline && answers_yes(commands[i - 1]);
    const bool redirected =
        std::ranges::any_of(command.redirects, [](const shell::Redirect& redirect) {
          return redirect.kind == shell::Redirect::Kind::heredoc ||
                 redirect.kind == shell::Redirect::Kind::here_string;
        });
    const std::string_view option = missing_option(*call, settled);
    if (!option.empty() && !answered && !redirected) {
      findings
          .add(call->at,
               concat(name_of(call->manager), " ", call->verb, " without ", option,
                      " asks for confirmation, and nobody is there to give it"),
               concat("add ", option))
          .fix = with_option(run, *call, option);
    }
    if (call->manager == Manager::apt && !apt_reported) {
      apt_reported = true;
      Finding& finding =
          findings.add(call->words.front().at,
                       "apt is made for people: its options and output change without notice",
                       "use apt-get or apt-cache");
      finding.severity = Severity::info;
      finding.fix = with_apt_get(run);
    }
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  std::vector<Settled> of_stages(dockerfile.stages.size());
  const std::vector<const Stage*> shipped = shipped_stages(dockerfile);
  for (const Stage& stage : dockerfile.stages) {
    Settled& settled = of_stages[stage.index];
    if (stage.base.stage && *stage.base.stage < stage.index) {
      settled = of_stages[*stage.base.stage];
    }
    const bool ships = std::ranges::find(shipped, &stage) != shipped.end();
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& one = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      if (one.keyword == Keyword::run) check_run(one, settled, findings);
      for (const Heredoc& heredoc : one.heredocs) {
        if (heredoc.body.contains("Assume-Yes")) settled.apt_yes = true;
      }
      if (one.keyword != Keyword::env && one.keyword != Keyword::arg) continue;
      for (const DockerfileAssignment& assignment : one.assignments) {
        if (assignment.name.text == "CONDA_ALWAYS_YES") settled.conda_yes = true;
        if (!ships || one.keyword != Keyword::env) continue;
        if (assignment.name.text != "DEBIAN_FRONTEND" ||
            !equal_ignoring_case(assignment.value.text, "noninteractive") ||
            is_taken_back(stage, one)) {
          continue;
        }
        Finding& finding = findings.add(
            assignment.name.at,
            "ENV DEBIAN_FRONTEND stays in force in the container, also for whoever installs "
            "something there by hand",
            "use ARG DEBIAN_FRONTEND=noninteractive, or set it in the RUN");
        finding.severity = Severity::info;
        if (&one == &instruction) finding.fix = as_argument(dockerfile, stage, one);
      }
    }
  }
}

}  // namespace

extern constinit const Rule interactive_package_manager = {
    .name = "interactive-package-manager",
    .title = "package manager asks questions in a build",
    .severity = Severity::low,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A build has no terminal. A package manager that asks for confirmation gets none and gives "
        "up, or waits for ever. `apt` is a front end for people: it warns itself that scripts "
        "should "
        "not use it.",
    .remediation =
        "Add `-y` (apt-get, yum, dnf, conda), `--non-interactive` (zypper) or `--noconfirm` "
        "(pacman). "
        "Call `apt-get` and `apt-cache`, not `apt`. Set DEBIAN_FRONTEND=noninteractive for the RUN "
        "alone.",
    .limits =
        "Questions that a package's own scripts ask (tzdata, keyboard-configuration) are not "
        "foreseen.",
    .references = {hadolint("DL3014"), hadolint("DL3027"), hadolint("DL3030"), hadolint("DL3034"),
                   hadolint("DL3038"), trivy("DS-0021"), checkov("CKV_DOCKER_9")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
