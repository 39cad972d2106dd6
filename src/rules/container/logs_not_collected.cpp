#include <algorithm>
#include <string>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

bool says(const Located<std::string>& option, std::string_view name) {
  return option.unresolved ||
         (option.value.starts_with(name) && option.value.size() > name.size() &&
          option.value[name.size()] == '=');
}

bool rotates(const ContainerSpec& spec) {
  return std::ranges::any_of(spec.log_options, [](const Located<std::string>& option) {
    return says(option, "max-size") && option.value != "max-size=-1";
  });
}

// Nothing is said about logs, and the container is meant to stay.
bool leaves_it_to_the_daemon(const ContainerSpec& spec) {
  return runs_container(spec) && spec.log_driver.value.empty() && !spec.log_driver.unresolved &&
         !runs_once(spec) && !rotates(spec);
}

void check_container(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.log_driver.unresolved) return;
  const std::string& driver = spec.log_driver.value;
  if (driver == "none") {
    findings.add(spec.log_driver, concat(spec.label(), " keeps no logs: the log driver is none"),
                 "set the driver local");
  } else if (driver == "json-file" && !rotates(spec)) {
    findings.add(spec.log_driver,
                 concat(spec.label(), " fills the disk with logs: json-file without max-size"),
                 "set the option max-size: \"10m\", or the driver local");
  } else if (spec.project == nullptr && leaves_it_to_the_daemon(spec)) {
    findings
        .add(spec.log_driver,
             concat(spec.label(),
                    " leaves its logs to the daemon's default, which never rotates them"),
             "set the driver local, or the option max-size")
        .severity = Severity::low;
  }
}

void check_project(const ComposeProject& project, const Policy&, Findings& findings) {
  const ContainerSpec* first = nullptr;
  std::size_t others = 0;
  for (const auto& service : project.services) {
    if (!leaves_it_to_the_daemon(*service)) continue;
    if (first == nullptr) {
      first = service.get();
    } else {
      ++others;
    }
  }
  if (first == nullptr) return;
  const std::string rest =
      others == 0   ? std::string(" leaves its")
      : others == 1 ? std::string(" and one other service leave their")
                    : concat(" and ", std::to_string(others), " other services leave their");
  findings
      .add(first->at,
           concat(first->label(), rest, " logs to the daemon's default, which never rotates them"),
           "set logging: driver: local")
      .severity = Severity::low;
}

}  // namespace

extern constinit const Rule logs_not_collected = {
    .name = "logs-not-collected",
    .title = "logs are lost, or grow without bound",
    .severity = Severity::medium,
    .topic = "logging",
    .subjects = {Subject::daemon, Subject::container},
    .rationale =
        "Without logs nobody learns what happened. With logs that are never rotated a chatty or "
        "attacked container fills the disk of the host, and everything on it stops.",
    .remediation =
        "Set `logging` with the driver `local`, which rotates, or `json-file` with `max-size` and "
        "`max-file`, or a driver that sends the logs away (`journald`, `syslog`, `fluentd`, …).",
    .limits =
        "Where no driver is named the daemon's default decides, and daemon.json is not known here; "
        "without one it is `json-file` without a bound. That is reported as low, once for a "
        "project. Whether somebody reads the logs cannot be seen.",
    .references = {guideline("S1", "Logging & Auditing"), cis("2.13")},
    .check = {check_container, check_project},
};

}  // namespace plimsoll::rules::container
