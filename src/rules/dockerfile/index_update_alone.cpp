// The index of a distribution's packages ages; an install that uses an old one asks for versions
// that are gone, or gets versions with known faults. A layer is taken from the build cache as long
// as its text stays the same, so an update in a RUN of its own is done once and its index used for
// months, while the RUNs after it change and install from it.
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/instructions.h"
#include "rules/support/package_calls.h"
#include "rules/support/run_edits.h"

namespace plimsoll::rules::dockerfile {
namespace {

// Which calls share an index.
enum class Index : std::uint8_t { apt, apk, rpm, zypper, pacman };

std::optional<Index> index_of(Manager manager) {
  if (is_apt(manager)) return Index::apt;
  if (is_rpm(manager)) return Index::rpm;
  if (manager == Manager::apk) return Index::apk;
  if (manager == Manager::zypper) return Index::zypper;
  if (manager == Manager::pacman) return Index::pacman;
  return std::nullopt;
}

std::string_view path_of(Index index) {
  switch (index) {
    case Index::apt: return "/var/lib/apt/lists";
    case Index::apk: return "/var/cache/apk";
    case Index::rpm: return "/var/cache/dnf";
    case Index::zypper: return "/var/cache/zypp";
    case Index::pacman: return "/var/lib/pacman/sync";
  }
  return {};
}

// Programs that install nothing themselves. Any other program of the RUN may be what the index was
// fetched for: `apt-get update && ./install.sh`.
bool installs_nothing(std::string_view program) {
  static constexpr std::array<std::string_view, 42> harmless{
      "echo",       "printf",    "rm",      "set",
      "cd",         "mkdir",     "sed",     "cat",
      "export",     "touch",     "chmod",   "chown",
      "tee",        "cp",        "mv",      "ln",
      "gpg",        "curl",      "wget",    "true",
      "false",      ":",         "test",    "[",
      "sleep",      "date",      "ls",      "find",
      "grep",       "apt-cache", "apt-key", "add-apt-repository",
      "dpkg",       "install",   "exit",    "apt-config",
      "locale-gen", "useradd",   "adduser", "groupadd",
      "addgroup",   "unset"};
  return std::ranges::find(harmless, program) != harmless.end();
}

// Whether a call asks for a package by name, and not only for files.
bool names_packages(const PackageCall& call) {
  bool found = false;
  for_each_operand(call, [&](const Argument& argument) {
    const Package::Kind kind = read_package(call.manager, argument).kind;
    found = kind == Package::Kind::name || kind == Package::Kind::unknown;
    return !found;
  });
  return found;
}

// An update, and the RUNs that install from what it fetched.
struct Update {
  const Instruction* instruction = nullptr;  // ONBUILD and its like included
  const Instruction* run = nullptr;
  const PackageCall* call = nullptr;
  struct User {
    const Instruction* run = nullptr;
    const PackageCall* call = nullptr;
  };
  std::vector<User> users;
  bool alone = false;
  // A RUN behind it starts a program that may install something: behind all users, and between.
  bool others = false;
  bool others_between = false;
};

// What a stage's layers hold of each index: the number of the update that fetched it.
using Indexes = std::array<std::optional<std::size_t>, 5>;

void note_run(const Instruction& instruction, const Instruction& run, Indexes& held,
              std::vector<Update>& updates) {
  std::array<const PackageCall*, 5> updated{};
  std::array<bool, 5> used{};
  std::array<bool, 5> emptied{};
  std::array<const PackageCall*, 5> stale{};
  bool other = !run.script.complete;
  for (const shell::Command& command : run.script.commands) {
    const PackageCall* const call = package_call(command);
    if (call == nullptr) {
      const std::string_view program = effective_program(command);
      if (!other && !command.words.empty() && !installs_nothing(program)) other = true;
      if (!may_delete(command)) continue;
      for (const Index index : {Index::apt, Index::apk}) {
        if (deletes(command, path_of(index))) emptied[static_cast<std::size_t>(index)] = true;
      }
      continue;
    }
    const auto index = index_of(call->manager);
    if (!index) continue;
    const auto i = static_cast<std::size_t>(*index);
    switch (call->action) {
      case Action::update_index:
        if (!updated[i]) updated[i] = call;
        emptied[i] = false;
        break;
      case Action::install:
      case Action::upgrade:
      case Action::distribution_upgrade:
        used[i] = true;
        // apk add -U and --no-cache fetch an index of their own.
        if (!updated[i] && !stale[i] && names_packages(*call) &&
            !has_option(*call, {"--update-cache", "--update", "--no-cache", "--no-index"}, 'U')) {
          stale[i] = call;
        }
        break;
      default: break;
    }
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    const Index index = static_cast<Index>(i);
    if (held[i] && other && !stale[i]) updates[*held[i]].others = true;
    if (updated[i]) {
      const bool alone = !used[i] && !other;
      const bool kept = !emptied[i] && !mounted_away(run, path_of(index));
      held[i] = std::nullopt;
      if (!alone && !kept) continue;
      if (kept) held[i] = updates.size();
      updates.push_back({&instruction, &run, updated[i], {}, alone, false, false});
      continue;
    }
    // Only apt and apk install from an index that an earlier layer left; the others fetch a fresh
    // one.
    if (!stale[i] || !held[i]) continue;
    if (index != Index::apt && index != Index::apk) continue;
    Update& update = updates[*held[i]];
    update.users.push_back({&run, stale[i]});
    update.others_between = update.others;
  }
}

// Each RUN that installs fetches the index itself, and does not leave it. Nothing where one of them
// cannot.
std::optional<std::vector<Change>> fetch_where_used(const Dockerfile& dockerfile,
                                                    const Update& update) {
  std::vector<Change> changes;
  for (const Update::User& user : update.users) {
    if (user.call->manager == Manager::apk) {
      std::optional<Change> option = add_option(*user.run, *user.call, "--no-cache");
      if (!option) return std::nullopt;
      changes.push_back(*std::move(option));
      continue;
    }
    const std::string_view sudo = user.call->command->program() == "sudo" ? "sudo " : "";
    const std::string_view program = user.call->words.front().text;
    const std::string fetch = update.alone ? std::string(update.call->command->at.text())
                                           : concat(sudo, program, " update");
    std::optional<Change> before =
        insert_command(dockerfile, *user.run, *user.call->command, fetch);
    std::optional<Change> behind =
        append_command(dockerfile, *user.run, concat(sudo, "rm -rf /var/lib/apt/lists/*"));
    if (!before || !behind) return std::nullopt;
    changes.push_back(*std::move(before));
    if (!mounted_away(*user.run, path_of(Index::apt))) changes.push_back(*std::move(behind));
  }
  return changes;
}

// The lone update goes to those who install from its index, or away when nobody does.
Fix with_its_users(const Dockerfile& dockerfile, const Update& update) {
  const shell::Command& command = *update.call->command;
  // `pacman -S` needs what -Sy fetched. And what a trigger or a mount is for is not known.
  const bool others = update.users.empty() ? update.others : update.others_between;
  if (others || update.call->manager == Manager::pacman || update.instruction != update.run ||
      !update.run->flags.empty() || command.at.text().contains('\n')) {
    return {};
  }
  std::optional<Change> removal = remove_command(dockerfile, *update.run, command);
  std::optional<std::vector<Change>> changes = fetch_where_used(dockerfile, update);
  if (!removal || !changes) return {};
  changes->insert(changes->begin(), *std::move(removal));
  return unsafe_fix(*std::move(changes));
}

void report(const Dockerfile& dockerfile, const Update& update, Findings& findings) {
  if (update.alone) {
    findings
        .add(update.call->at,
             concat(name_of(update.call->manager), " ", update.call->verb,
                    " has a RUN of its own: its cached layer is reused long after the index "
                    "has gone stale"),
             "put the update and the install that needs it in one RUN")
        .fix = with_its_users(dockerfile, update);
    return;
  }
  if (update.users.empty()) return;
  const PackageCall& call = *update.users.front().call;
  Finding& finding = findings.add(
      call.at,
      concat(name_of(call.manager), " ", call.verb,
             " uses the package index of an earlier RUN, which may come from the build cache and "
             "be stale"),
      "update the index in the same RUN");
  finding.severity = Severity::low;
  finding.related = {update.call->at, "the index is updated here"};
  if (std::optional<std::vector<Change>> changes = fetch_where_used(dockerfile, update)) {
    finding.fix = unsafe_fix(*std::move(changes));
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  std::vector<Indexes> of_stages(dockerfile.stages.size());
  std::vector<Update> updates;
  for (const Stage& stage : dockerfile.stages) {
    Indexes& held = of_stages[stage.index];
    if (const Stage* base = base_stage(dockerfile, stage)) held = of_stages[base->index];
    for (const Instruction& instruction : stage.instructions) {
      const Instruction& run = deed(instruction);
      if (run.keyword == Keyword::run) note_run(instruction, run, held, updates);
    }
  }
  for (const Update& update : updates) report(dockerfile, update, findings);
}

}  // namespace

extern constinit const Rule index_update_alone = {
    .name = "index-update-alone",
    .title = "package index is updated in a RUN of its own",
    .severity = Severity::medium,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "The build cache keeps the layer of a lone `apt-get update` until its text changes. "
        "Installs "
        "in later RUNs then use an index that is weeks or months old: they fail, or they install "
        "versions whose faults have been fixed since.",
    .remediation =
        "Update and install in the same RUN: `RUN apt-get update && apt-get install -y … && rm -rf "
        "/var/lib/apt/lists/*`.",
    .limits =
        "A RUN that also starts a program which may install something (a script, a make target) is "
        "not judged. The fix puts the update into each RUN that installs from its index; where "
        "such "
        "a program runs in between, or a RUN is no plain list of commands, a person must.",
    .references = {guideline("S3", "Container Security"), cis("4.7"), trivy("DS-0017"),
                   checkov("CKV_DOCKER_5"), dockle("CIS-DI-0007")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
