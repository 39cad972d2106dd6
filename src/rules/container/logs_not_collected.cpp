#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/words.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/services.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::container {
namespace {

// podman has no daemon: its default is the journal, and it knows no driver `local`.
bool runs_by_podman(const ContainerSpec& spec) {
  return spec.surface == Surface::run_line && spec.at.text().contains("podman");
}

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
         !runs_once(spec) && !rotates(spec) && !runs_by_podman(spec);
}

// Whether no earlier service of the project leaves its logs to the daemon.
bool is_first_of_project(const ContainerSpec& spec) {
  std::size_t seen = 0;
  for (const auto& service : spec.project->services) {
    if (service.get() == &spec) return true;
    if (++seen > max_neighbours || leaves_it_to_the_daemon(*service)) return false;
  }
  return false;
}

// What is put behind the first service's name: the daemon's default is one thing for all of them.
std::string and_the_others(const ContainerSpec& spec) {
  if (spec.project == nullptr) return " leaves its";
  std::size_t others = 0;
  for (const auto& service : spec.project->services) {
    if (service.get() != &spec && leaves_it_to_the_daemon(*service)) ++others;
  }
  if (others == 0) return " leaves its";
  if (others == 1) return " and one other service leave their";
  return concat(" and ", std::to_string(others), " other services leave their");
}

// Options without a driver are those of the default, json-file; `local` does not know them all.
void rotate(const ContainerSpec& spec, std::vector<Change>& changes) {
  Change size = change::set("logging.options.max-size", "10m");
  Change files = change::set("logging.options.max-file", "3");
  bool counts_files = runs_by_podman(spec);  // which has no max-file
  for (const Located<std::string>& option : spec.log_options) {
    counts_files = counts_files || says(option, "max-file");
    if (option.layer == Layer::run_line && option.value.starts_with("max-size=")) {
      size.at = option.at;
    }
  }
  for (Change* change : {&size, &files}) {
    if (change == &files && counts_files) continue;
    change->service = spec.at;
    changes.push_back(std::move(*change));
  }
}

// The daemon's default is told once for a project, and changed in each service: it is the only way
// that holds on every host.
Fix fix_for_default(const ContainerSpec& spec) {
  std::vector<Change> changes;
  const auto change_one = [&](const ContainerSpec& service) {
    if (!service.log_options.empty()) return rotate(service, changes);
    changes.push_back(change::set("logging.driver", "local"));
    changes.back().service = service.at;
  };
  if (spec.project == nullptr) {
    change_one(spec);
  } else {
    std::size_t seen = 0;
    for (const auto& service : spec.project->services) {
      if (++seen > max_neighbours) break;
      // Those of another file are told next, by the first of them.
      const bool here = service->at.source == spec.at.source;
      if (here && leaves_it_to_the_daemon(*service)) change_one(*service);
    }
  }
  return unsafe_fix(std::move(changes));
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.log_driver.unresolved) return;
  const std::string& driver = spec.log_driver.value;
  if (driver == "none") {
    findings
        .add(spec.log_driver, concat(spec.label(), " keeps no logs: the log driver is none"),
             "set the driver local")
        .fix = unsafe_fix({change::set("logging.driver", spec.log_driver, "local")});
    return;
  }
  if (driver == "json-file" && !rotates(spec)) {
    std::vector<Change> changes;
    rotate(spec, changes);
    findings
        .add(spec.log_driver,
             concat(spec.label(), " fills the disk with logs: json-file without max-size"),
             "set the option max-size: \"10m\", or the driver local")
        .fix = unsafe_fix(std::move(changes));
    return;
  }
  if (!leaves_it_to_the_daemon(spec)) return;
  if (spec.project != nullptr && !is_first_of_project(spec)) return;
  Finding& finding = findings.add(spec.log_driver,
                                  concat(spec.label(), and_the_others(spec),
                                         " logs to the daemon's default, which never rotates them"),
                                  "set the driver local, or the option max-size");
  finding.severity = Severity::low;
  finding.fix = fix_for_default(spec);
}

// Options of json-file; the driver `local` rotates by itself.
Fix rotate_all() {
  return unsafe_fix({change::set_daemon("log-opts.max-size", "\"10m\""),
                     change::set_daemon("log-opts.max-file", "\"3\"")});
}

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  const bool answered = daemon.engine && daemon.engine->logging_driver.written();
  const bool told = is_decided(daemon, daemon.log_driver);
  if (!told && !answered) {
    is_known(daemon, daemon.log_driver, findings);
    return;
  }
  const Located<std::string>& driver = told ? daemon.log_driver : daemon.engine->logging_driver;
  if (driver.value == "none") {
    findings
        .add(driver, "containers keep no logs unless each says otherwise: the log driver is none",
             "set \"log-driver\": \"local\", or one that sends them away")
        .fix = unsafe_fix({change::set_daemon("log-driver", "\"local\"")});
    return;
  }
  const Located<std::string>* const size = entry_of(daemon.log_opts, "max-size");
  if (driver.value == "json-file" && (size == nullptr || size->value == "-1")) {
    if (size == nullptr && !is_known(daemon, daemon.log_opts, findings)) return;
    Finding& finding =
        findings.add(driver,
                     concat("logs of containers fill the disk: json-file without max-size",
                            by_default(daemon, driver)),
                     "set log-opts: max-size, or \"log-driver\": \"local\"");
    if (!driver.written()) finding.severity = Severity::low;
    finding.fix = rotate_all();
    return;
  }
  if (is_one_of(driver.value, {"json-file", "local", "journald"}) && daemon.is_audited()) {
    Finding& finding = findings.add(
        driver, concat("logs stay on this host (", driver.value, "), unless an agent takes them"),
        "send them away: a driver such as syslog, fluentd or gelf, or an agent");
    finding.severity = Severity::info;
  }
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
        "project. Of an engine that runs it is said, as info, that logs stay on the host; "
        "whether an agent takes them away, and whether somebody reads the logs "
        "cannot be seen.",
    .references = {guideline("S1", "Logging & Auditing"), cis("2.13")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
