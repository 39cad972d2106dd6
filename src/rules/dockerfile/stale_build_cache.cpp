// The build cache compares an instruction's text, not what its commands would fetch today. `RUN git
// clone …` of a branch is done once and then taken from the cache for as long as the line and all
// above it stay the same. ADD of a URL or a Git repository is different: the builder asks the
// server each time.
#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules::dockerfile {
namespace {

bool is_moving_ref(std::string_view ref) {
  return ref.empty() || ref == "main" || ref == "master" || ref == "develop" || ref == "dev" ||
         ref == "trunk" || ref == "stable" || ref == "latest" || ref == "nightly" ||
         ref == "next" || ref == "HEAD";
}

bool is_moving_url(std::string_view url) {
  if (!url.contains("://")) return false;
  for (const std::string_view part : {"/latest/", "/releases/latest", "/master/", "/main/",
                                      "/nightly/", "/HEAD/", "/refs/heads/", "/current/"}) {
    if (url.contains(part)) return true;
  }
  return url.ends_with("/latest");
}

// The repository that a `git clone` takes a branch of; null when it takes a fixed revision.
const shell::Word* clones_branch(std::span<const shell::Word> words) {
  std::size_t i = 1;
  while (i < words.size() && words[i].text != "clone") {
    if (!words[i].text.starts_with('-')) {
      // -C dir and -c name=value take a word.
      if (i < 2 || (words[i - 1].text != "-C" && words[i - 1].text != "-c")) return nullptr;
    }
    ++i;
  }
  if (i == words.size()) return nullptr;
  const shell::Word* repository = nullptr;
  for (++i; i < words.size(); ++i) {
    const std::string_view text = words[i].text;
    std::string_view ref;
    bool resolved = words[i].resolved;
    if (text == "-b" || text == "--branch" || text == "--revision") {
      if (i + 1 < words.size()) {
        ref = words[++i].text;
        resolved = words[i].resolved;
      }
    } else if (text.starts_with("--branch=") || text.starts_with("--revision=")) {
      ref = text.substr(text.find('=') + 1);
    } else {
      if (text == "--depth" || text == "-o" || text == "--origin" || text == "-j" || text == "-c" ||
          text == "--jobs" || text == "--filter" || text == "--config" || text == "--reference") {
        ++i;
      } else if (!text.starts_with('-') && repository == nullptr) {
        repository = &words[i];
      }
      continue;
    }
    if (!resolved || !is_moving_ref(ref)) return nullptr;
  }
  return repository;
}

// Whether a later command of the RUN goes to a fixed revision: checkout, reset, switch, a submodule
// update of a checked-out tree.
bool fixes_revision(const shell::Command& command) {
  if (effective_program(command) != "git") return false;
  for (const shell::Word& word : command.words) {
    if (word.text == "checkout" || word.text == "reset" || word.text == "switch") return true;
  }
  return false;
}

void check_run(const Instruction& run, Findings& findings) {
  if (!run.script.programs.may_share({"git", "curl", "wget"})) return;
  const std::vector<shell::Command>& commands = run.script.commands;
  std::size_t fixed_until = 0;  // up to the last command that goes to a fixed revision
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (fixes_revision(commands[i])) fixed_until = i;
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::string_view program = effective_program(commands[i]);
    const std::span<const shell::Word> words = effective_words(commands[i]);
    if (program == "git") {
      const shell::Word* repository = clones_branch(words);
      if (repository == nullptr) continue;
      if (i < fixed_until) continue;
      findings.add(repository->at,
                   "git clone takes a branch: the build cache keeps what it was at the first build",
                   "clone a tag and check out its commit, or use ADD with the repository's URL");
    } else if (program == "curl" || program == "wget") {
      for (const shell::Word& word : words.subspan(1)) {
        if (!is_moving_url(word.text)) continue;
        findings.add(word.at,
                     "this address moves on: the build cache keeps what it gave at the first build",
                     "name a version in the address, or use ADD, which asks the server each time");
        break;
      }
    }
  }
}

// An argument that is there to make the cache miss: CACHEBUST, BUILD_DATE, GIT_COMMIT.
bool breaks_cache(const Instruction& instruction) {
  if (instruction.keyword != Keyword::arg) return false;
  return std::ranges::any_of(instruction.assignments, [](const DockerfileAssignment& argument) {
    const std::string name = lower(argument.name.text);
    return name.contains("bust") || name.contains("cache") || name.contains("date") ||
           name.contains("commit") || name.contains("revision") || name.contains("epoch");
  });
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    bool broken = false;
    for (const Instruction& instruction : stage.instructions) {
      broken = broken || breaks_cache(instruction);
      if (instruction.keyword == Keyword::run && !broken) check_run(instruction, findings);
    }
  }
}

// The first call that is there to bring packages up to date.
Location upgrades_at(const Dockerfile& dockerfile) {
  for (const Stage& stage : dockerfile.stages) {
    if (!stage.needed) continue;
    for (const Instruction& instruction : stage.instructions) {
      if (breaks_cache(instruction)) break;
      if (instruction.keyword != Keyword::run) continue;
      for (const shell::Command& command : instruction.script.commands) {
        const auto call = package_call(command);
        if (!call || !is_distribution(call->manager)) continue;
        if (call->action == Action::upgrade || call->action == Action::distribution_upgrade) {
          return call->at;
        }
      }
    }
  }
  return {};
}

void check_compose(const ComposeProject& project, const Policy&, Findings& findings) {
  for (const ComposeBuild& build : project.builds) {
    if (build.no_cache.value || build.pull.value || build.no_cache.unresolved ||
        build.pull.unresolved) {
      continue;
    }
    const ContainerSpec* service = project.service(build.service);
    if (service == nullptr || service->dockerfile == nullptr) continue;
    const Location upgrade = upgrades_at(*service->dockerfile);
    if (!upgrade.known()) continue;
    Finding& finding = findings.add(
        build.at,
        concat("the build of service \"", build.service,
               "\" upgrades packages, but the build cache keeps those of the first build"),
        "set build.pull: true or build.no_cache: true where the build must be fresh");
    finding.related = {upgrade, "packages are upgraded here"};
    finding.subject_at = service->at;
    finding.fix = unsafe_fix({change::set("build.pull", "true")});
  }
}

}  // namespace

extern constinit const Rule stale_build_cache = {
    .name = "stale-build-cache",
    .title = "build cache keeps what should be fresh",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile, Subject::compose},
    .rationale =
        "A cached layer is reused as long as its text stays the same. What a RUN fetches from a "
        "branch, from an address that says `latest`, or by an upgrade is then as old as the first "
        "build on that machine, and differs from machine to machine.",
    .remediation =
        "Fetch fixed versions, so that a newer one changes the text. Build what must be fresh with "
        "`--pull --no-cache` on a schedule, or put an ARG with the date before it.",
    .limits =
        "How a build is started is seen only in compose files (`build.no_cache`, `build.pull`), "
        "and "
        "only where the service's Dockerfile is at hand. The fix sets `build.pull` where `build` "
        "is "
        "written as a mapping, a key that docker-compose 1.x refuses; which version to fetch "
        "instead of a moving one it cannot know.",
    .references = {guideline("S3", "Container Security")},
    .check = {check, check_compose},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
