#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules::dockerfile {
namespace {

// How a version is written, for the remedy.
std::string_view pin_of(Manager manager) {
  switch (manager) {
    case Manager::pip:
    case Manager::uv: return "write name==version, or install from a requirements file with hashes";
    case Manager::npm:
    case Manager::yarn:
    case Manager::pnpm: return "write name@version";
    case Manager::gem: return "write name:version or add --version";
    case Manager::go: return "write module@version";
    case Manager::cargo: return "add --version, or write name@version";
    case Manager::dnf:
    case Manager::microdnf:
    case Manager::yum: return "write name-version";
    case Manager::composer: return "write vendor/package:version";
    default: return "write name=version";
  }
}

bool names_packages(const PackageCall& call) {
  if (call.action != Action::install) return false;
  if (call.verb == "build-dep" || call.verb == "builddep" || call.verb == "create-project") {
    return false;
  }
  if (is_rpm(call.manager) && call.verb == "swap") return false;
  // `npm ci a` and `poetry install` take no packages; `uv sync` and `conda env create` follow
  // files.
  if (call.manager == Manager::npm && (call.verb == "ci" || call.verb == "clean-install"))
    return false;
  if (call.manager == Manager::conda && call.words.size() > 1 && call.words[1].text == "env") {
    return false;
  }
  if (call.manager == Manager::poetry) return call.verb == "add";
  if (call.manager == Manager::composer) return call.verb.starts_with("req") || call.verb == "r";
  if (call.manager == Manager::yarn) return call.verb == "add";
  if (call.manager == Manager::uv && call.verb == "sync") return false;
  return true;
}

// Whether an option decides the versions for the whole call.
bool versions_decided(const PackageCall& call) {
  switch (call.manager) {
    case Manager::pip:
    case Manager::uv:
      return has_option(call, {"--constraint", "--constraints"}, 'c') ||
             has_option(call, {"--no-index"});
    case Manager::gem:
      return has_option(call, {"--version"}, 'v') || has_option(call, {"--file"}, 'g');
    case Manager::cargo:
      return has_option(call, {"--version", "--vers", "--path", "--rev", "--tag", "--git"});
    case Manager::conda: return has_option(call, {"--file"});
    default: return false;
  }
}

// Packages of a dated snapshot cannot move: snapshot.debian.org, snapshot.ubuntu.com, --snapshot.
bool names_snapshot(std::string_view text) {
  return text.contains("snapshot.debian.org") || text.contains("snapshot.ubuntu.com") ||
         text.contains("snapshot.debian.net");
}

bool names_snapshot(const Instruction& instruction) {
  for (const shell::Command& command : instruction.script.commands) {
    for (const shell::Word& word : command.words) {
      if (word.contains("snapshot.") && names_snapshot(word.text)) return true;
    }
    for (const shell::Redirect& redirect : command.redirects) {
      if (redirect.kind == shell::Redirect::Kind::heredoc && names_snapshot(redirect.target.text)) {
        return true;
      }
    }
  }
  for (const Heredoc& heredoc : instruction.heredocs) {
    if (names_snapshot(heredoc.body)) return true;
  }
  return false;
}

void check_call(const PackageCall& call, Findings& findings) {
  if (!names_packages(call) || versions_decided(call)) return;
  constexpr std::size_t shown = 3;
  std::array<std::string_view, shown> names;
  std::size_t count = 0;
  for_each_operand(call, [&](const Argument& argument) {
    const Package package = read_package(call.manager, argument);
    const bool judged = package.kind == Package::Kind::name ||
                        (package.kind == Package::Kind::url && argument.resolved);
    if (!judged || package.pinned || package.name.empty()) return true;
    // A virtual package of apk or a name that a shell pattern makes up.
    if (package.name.front() == '.' || package.name.front() == '!') return true;
    if (count < shown) names[count] = package.name;
    ++count;
    return true;
  });
  if (count == 0) return;
  std::string list(names[0]);
  for (std::size_t i = 1; i < std::min(count, shown); ++i) {
    list += i + 1 == count ? " and " : ", ";
    list += names[i];
  }
  if (count > shown) list += concat(" and ", std::to_string(count - shown), " more");
  findings.add(
      call.at,
      concat(name_of(call.manager), " ", call.verb, " takes whatever version is newest: ", list),
      std::string(pin_of(call.manager)));
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  std::vector<bool> snapshots(dockerfile.stages.size(), false);
  for (const Stage& stage : dockerfile.stages) {
    bool snapshot =
        stage.base.stage && *stage.base.stage < stage.index && snapshots[*stage.base.stage];
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& one = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      snapshot = snapshot || names_snapshot(one);
      if (one.keyword != Keyword::run) continue;
      for (const shell::Command& command : one.script.commands) {
        const auto call = package_call(command);
        if (call && !(snapshot && is_apt(call->manager))) check_call(*call, findings);
      }
    }
    snapshots[stage.index] = snapshot;
  }
}

}  // namespace

extern constinit const Rule unpinned_package = {
    .name = "unpinned-package",
    .title = "package is installed without a version",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "What is newest changes from day to day: the same Dockerfile gives another image tomorrow, "
        "and a compromised or broken release is taken the hour it appears.",
    .remediation =
        "Name the version (`curl=7.88.1-10+deb12u5`, `requests==2.32.3`, `typescript@5.6.2`), "
        "install "
        "from a lock file, or use a dated snapshot of the distribution's archive.",
    .limits =
        "One finding for each call. Versions in variables, requirements and lock files are taken "
        "as "
        "pinned; a range with an upper bound too. Arch's packages have no versions to pin. "
        "Distributions drop old versions, so pins need upkeep: that is why this is only noted.",
    .references = {guideline("S2", "Build configuration"), guideline("S3", "Container Security"),
                   hadolint("DL3008"), hadolint("DL3013"), hadolint("DL3016"), hadolint("DL3018"),
                   hadolint("DL3028"), hadolint("DL3033"), hadolint("DL3037"), hadolint("DL3041"),
                   hadolint("DL3062")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
