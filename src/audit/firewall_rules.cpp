#include "audit/firewall_rules.h"

#include <iostream>

#include "base/text.h"
#include "base/write_file.h"
#include "fix/docker_user_rules.h"

namespace plimsoll::audit {
namespace {

std::optional<Error> write_script(const std::string& path, const std::string& text,
                                  const Files& files) {
  if (files.kind(path) == FileKind::missing) return create_file(path, text);
  const Result<std::string> before = files.read(path);
  if (!before) return before.error();
  if (!before->contains(fix::docker_user_script_mark)) {
    return Error{.message = "there is a file that plimsoll did not write",
                 .hint = "name another file, or remove this one",
                 .file = path};
  }
  return *before == text ? std::nullopt : replace_file(path, *before, text);
}

}  // namespace

std::optional<Error> write_firewall_rules(const app::Live& live, const FirewallRun& run,
                                          const Files& files) {
  if (live.host == nullptr || !live.host->packet_filter || !live.lists_containers) {
    std::string why = "the containers are not known";
    if (live.host == nullptr) {
      why = "the host was not looked at";
    } else if (!live.host->packet_filter) {
      why = live.host->packet_filter_unread;
    }
    return Error{.message = concat("no firewall rules can be written: ", why),
                 .hint = "run plimsoll audit --firewall-rules FILE as root, without --only"};
  }
  const fix::DockerUserScript script = fix::docker_user_script(*live.host);
  if (script.rules == 0) {
    if (!run.quiet) {
      std::cerr << "no published port goes past the firewall: no rules were written\n";
    }
  } else {
    if (std::optional<Error> error = write_script(run.path, script.text, files)) return error;
    if (!run.quiet) {
      std::cerr << concat(run.path, " has ", counted(script.rules, "rule", "rules"),
                          ": read it, then run it as root\n");
    }
  }
  return std::nullopt;
}

}  // namespace plimsoll::audit
