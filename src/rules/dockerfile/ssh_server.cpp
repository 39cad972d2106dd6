#include <array>

#include "base/files.h"
#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/build_steps.h"
#include "rules/support/image_paths.h"
#include "rules/support/package_calls.h"
#include "subjects/image.h"

namespace plimsoll::rules::dockerfile {
namespace {

constexpr std::string_view remedy = "remove it; use docker exec, or an SSH server on the host";

bool is_server_package(Manager manager, std::string_view name) {
  if (name == "openssh-server" || name == "dropbear" || name == "tinysshd" ||
      name == "dropbear-bin") {
    return true;
  }
  // Alpine's and Arch's `openssh` hold the server too; elsewhere the name is the client or a
  // virtual package.
  if (manager == Manager::apk || manager == Manager::pacman || manager == Manager::zypper) {
    return name == "openssh";
  }
  return is_apt(manager) && name == "ssh";
}

bool is_server(std::string_view program) {
  return program == "sshd" || program == "dropbear";
}

bool is_ssh_service(std::string_view name) {
  return name == "ssh" || name == "sshd" || name == "dropbear" || name == "ssh.service" ||
         name == "sshd.service";
}

// The word that starts an SSH server, if the command does.
const shell::Word* starts_server(const shell::Command& command) {
  const std::span<const shell::Word> words = effective_words(command);
  if (words.empty() || !words.front().resolved) return nullptr;
  const std::string_view program = file_name(words.front().text);
  if (is_server(program)) {
    // `sshd -t` only tests its configuration.
    const bool tests = words.size() > 1 && (words[1].text == "-t" || words[1].text == "-T");
    return tests ? nullptr : &words.front();
  }
  if (program == "service" && words.size() > 2 && is_ssh_service(words[1].text)) return &words[1];
  if ((program == "ssh" || program == "dropbear") &&
      words.front().text.starts_with("/etc/init.d/")) {
    return &words.front();
  }
  if (program == "systemctl" || program == "rc-update" || program == "update-rc.d") {
    for (const shell::Word& word : words.subspan(1)) {
      if (word.text == "disable" || word.text == "mask" || word.text == "del") return nullptr;
    }
    for (const shell::Word& word : words.subspan(1)) {
      if (is_ssh_service(word.text)) return &word;
    }
  }
  return nullptr;
}

void check_run(const Instruction& run, Findings& findings) {
  for (const shell::Command& command : run.script.commands) {
    if (const auto call = package_call(command)) {
      if (call->action != Action::install || !is_distribution(call->manager)) continue;
      for_each_operand(*call, [&](const Argument& argument) {
        const std::string_view name = read_package(call->manager, argument).name;
        if (!is_server_package(call->manager, name)) return true;
        findings.add(argument.at,
                     concat(name,
                            " installs an SSH server: a second way in, with keys and passwords "
                            "of its own"),
                     std::string(remedy));
        return true;
      });
      continue;
    }
    static constexpr shell::ProgramSet judged{"ssh-keygen", "sshd",       "dropbear",
                                              "service",    "ssh",        "systemctl",
                                              "rc-update",  "update-rc.d"};
    const std::span<const shell::Word> words = effective_words(command);
    if (words.empty() || (words.front().resolved && !command.programs.may_share(judged))) continue;
    if (file_name(words.front().text) == "ssh-keygen" && words.size() == 2 &&
        words[1].text == "-A") {
      findings.add(words.front().at,
                   "SSH host keys are made while building: every container has the same ones, and "
                   "whoever has the image can impersonate them",
                   "make host keys when the container starts, or mount them as secrets");
      continue;
    }
    if (const shell::Word* word = starts_server(command)) {
      findings.add(word->at, "an SSH server is started or enabled", std::string(remedy));
    }
  }
}

void check_start(const Instruction* start, Findings& findings) {
  if (start == nullptr) return;
  for (const shell::Command& command : start->script.commands) {
    if (const shell::Word* word = starts_server(command)) {
      findings.add(word->at,
                   concat("the container starts an SSH server by its ", name_of(start->keyword)),
                   std::string(remedy));
      return;
    }
  }
}

void check(const Dockerfile& dockerfile, const Policy&, Findings& findings) {
  for (const Stage* stage : shipped_stages(dockerfile)) {
    for (const Instruction& instruction : stage->instructions) {
      const Instruction& one = instruction.trigger != nullptr ? *instruction.trigger : instruction;
      if (one.keyword == Keyword::run) check_run(one, findings);
      if (one.keyword != Keyword::expose) continue;
      for (const DockerfileWord& word : one.words) {
        if (word.unresolved || (word.text != "22" && word.text != "22/tcp")) continue;
        Finding& finding = findings.add(
            word.at, "port 22 is exposed: the image is meant to be logged in to", "remove port 22");
        if (one.words.size() == 1 && &one == &instruction) {
          finding.fix = unsafe_fix({change::remove(one.at)});
        } else if (&word != &one.words.front()) {
          const Location& before = (&word - 1)->at;
          finding.fix = unsafe_fix(
              {change::rewrite({word.at.source, {before.span.end, word.at.span.end}}, "")});
        } else if (one.words.size() > 1) {
          finding.fix = unsafe_fix({change::rewrite(
              {word.at.source, {word.at.span.begin, one.words[1].at.span.begin}}, "")});
        }
      }
    }
  }
  if (const Stage* last = dockerfile.final_stage()) {
    check_start(last->entrypoint, findings);
    check_start(last->cmd, findings);
  }
}

bool mentions_server(const Located<std::vector<std::string>>& command) {
  if (command.value.empty() || command.unresolved) return false;
  // The program, or what follows its `sh -c`.
  for (std::size_t i = 0; i < command.value.size() && i < 3; ++i) {
    for (const std::string_view word : split(command.value[i], ' ')) {
      if (is_server(file_name(word))) return true;
    }
    if (i == 0 && !is_shell(file_name(command.value[0]))) break;
  }
  return false;
}

// Images whose purpose is to be logged in to.
bool is_server_image(std::string_view image) {
  const std::string_view name = file_name(image.substr(0, image.find('@')));
  const std::string_view base = name.substr(0, name.find(':'));
  return base == "openssh-server" || base == "sshd" || base == "ubuntu-sshd" ||
         base == "docker-sshd" || base == "ssh-server" || base == "dropbear";
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  for (const auto* command : {&spec.entrypoint, &spec.command}) {
    if (!command->written() || !mentions_server(*command)) continue;
    findings.add(*command, concat(spec.label(), " starts an SSH server"), std::string(remedy));
    return;
  }
  if (!spec.image.unresolved && is_server_image(spec.image.value)) {
    findings.add(spec.image, concat(spec.label(), " runs an image that is an SSH server"),
                 std::string(remedy));
    return;
  }
  for (const Port& port : spec.ports) {
    if (port.unresolved || port.target != "22" || port.protocol == "udp") continue;
    // Git servers speak SSH for a reason; so it is only a sign.
    findings
        .add(port.at, concat(spec.label(), " publishes port 22: an SSH server can be reached"),
             "remove the port, or publish it on 127.0.0.1")
        .severity = Severity::low;
  }
}

void check_image(const Image& image, const Policy&, Findings& findings) {
  static constexpr std::array<std::string_view, 6> names{
      "usr/sbin/sshd",     "usr/bin/sshd",     "usr/local/sbin/sshd",
      "usr/sbin/dropbear", "usr/bin/dropbear", "usr/sbin/tinysshd"};
  const ImagePath* program = find_file(image, names);
  if (program == nullptr) return;
  findings.add(place_of_layer(image, program->layer),
               concat("an SSH server is in the image: /", program->path), std::string(remedy));
}

}  // namespace

extern constinit const Rule ssh_server = {
    .name = "ssh-server",
    .title = "SSH server in the container",
    .severity = Severity::medium,
    .topic = "network",
    .subjects = {Subject::dockerfile, Subject::image, Subject::container},
    .rationale =
        "An SSH server is a second way into the container, with users, keys and passwords that "
        "nobody "
        "renews, and it makes of one process a small machine that must be run and patched like "
        "one. "
        "The engine already lets its users in with `docker exec`.",
    .remediation =
        "Remove the server, its start and its port. Use `docker exec` for a look inside, and SSH "
        "to the "
        "host, or a bastion, for the way there.",
    .limits =
        "A published port 22 is only a sign: a Git server needs it, and is allowed by name. Of the "
        "Dockerfile's stages only those whose layers end in the image are judged. The fix only "
        "takes port 22 from EXPOSE: what is to replace the server is for "
        "a person to say.",
    .references = {guideline("S1", "Services and Applications"), guideline("S4", "SSH"), cis("5.7"),
                   trivy("DS-0004"), checkov("CKV_DOCKER_1")},
    .check = {check, check_container, check_image},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::dockerfile
