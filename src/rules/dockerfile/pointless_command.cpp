// Commands that look at or steer a running system: a RUN has none. Some of them have a meaning all
// the same, where the RUN itself started something: `mysqld & …; kill $!`, `service postgresql
// start && psql …`, ssh with an ssh mount, mount with --security=insecure.
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/package_calls.h"

namespace plimsoll::rules::dockerfile {
namespace {

enum class Why : std::uint8_t { none, no_system, no_processes, no_person, service, ssh, mount };

Why why_pointless(std::string_view program, std::span<const shell::Word> words) {
  const auto is = [program](std::initializer_list<std::string_view> names) {
    return std::ranges::find(names, program) != names.end();
  };
  if (is({"shutdown", "reboot", "poweroff", "halt", "ifconfig"})) return Why::no_system;
  if (is({"ps", "top", "htop", "free", "kill", "killall", "pkill"})) return Why::no_processes;
  if (is({"vim", "vi", "nano", "emacs"})) return Why::no_person;
  if (is({"service"})) return Why::service;
  if (is({"ssh"})) return Why::ssh;
  // Alone, mount only lists what is mounted.
  if (is({"mount", "umount"})) return words.size() > 1 ? Why::mount : Why::none;
  if (program != "systemctl") return Why::none;
  // enable, mask, set-default and the like only change files.
  for (const shell::Word& word : words.subspan(1)) {
    if (word.text == "start" || word.text == "restart" || word.text == "reload" ||
        word.text == "daemon-reload") {
      return Why::no_system;
    }
  }
  return Why::none;
}

bool starts_something(const shell::Script& script) {
  return std::ranges::any_of(script.commands, [](const shell::Command& command) {
    return command.next == shell::Operator::background;
  });
}

void check_run(const Instruction& run, Findings& findings) {
  const std::vector<shell::Command>& commands = run.script.commands;
  static constexpr shell::ProgramSet judged{
      "shutdown", "reboot", "poweroff", "halt",    "ifconfig", "ps",     "top",
      "htop",     "free",   "kill",     "killall", "pkill",    "vim",    "vi",
      "nano",     "emacs",  "service",  "ssh",     "mount",    "umount", "systemctl"};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (!commands[i].programs.may_share(judged)) continue;
    const std::string_view program = effective_program(commands[i]);
    if (program.empty()) continue;
    const std::span<const shell::Word> words = effective_words(commands[i]);
    // `vim --version`, `ssh -V`: a question about the program itself.
    if (words.size() == 2 && (words[1].text == "--version" || words[1].text == "-V")) continue;
    std::string_view reason;
    switch (why_pointless(program, words)) {
      case Why::none: continue;
      case Why::no_system: reason = ": a build has no running system"; break;
      case Why::no_processes:
        if (starts_something(run.script)) continue;
        reason = ": a build has no other processes";
        break;
      case Why::no_person: reason = ": a build has nobody at a terminal"; break;
      case Why::service:
        // A service that is started for the commands after it has its use.
        if (i + 1 < commands.size() || words.size() < 3 || words[2].text != "start") continue;
        reason = ": the service stops when the RUN ends";
        break;
      case Why::ssh:
        if (std::ranges::any_of(run.mounts,
                                [](const RunMount& mount) { return mount.type == "ssh"; })) {
          continue;
        }
        reason = ": a build has no key and no host to log in to";
        break;
      case Why::mount:
        if (run.flag("security") != nullptr) continue;
        reason = ": a build may not mount, and a mount ends with the RUN";
        break;
    }
    findings.add(words.front().at, concat(program, " makes no sense in RUN", reason), "remove it");
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage& stage : dockerfile.stages) {
    for_each_run(stage, [&](const Instruction& run) { check_run(run, findings); });
  }
}

}  // namespace

extern constinit const Rule pointless_command = {
    .name = "pointless-command",
    .title = "command that makes no sense in a build",
    .severity = Severity::info,
    .topic = "build",
    .subjects = {Subject::dockerfile},
    .rationale =
        "A RUN is no machine: nothing else runs beside it, nobody sits at a terminal, and what it "
        "starts or mounts is gone when it ends. Such a command does nothing, or hangs the build.",
    .remediation =
        "Remove the command. Start services with CMD or ENTRYPOINT, mount with `RUN --mount` or "
        "when "
        "the container is started.",
    .limits =
        "Commands that deal with what the same RUN has started are left alone, and so is ssh with "
        "an "
        "ssh mount.",
    .references = {hadolint("DL3001")},
    .check = {check},
};

}  // namespace plimsoll::rules::dockerfile
