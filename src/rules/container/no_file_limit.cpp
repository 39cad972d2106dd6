#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "rules/support/resource_proposals.h"
#include "rules/support/services.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::container {
namespace {

// The engine needs a handful itself, and so does every shared library's loading.
constexpr std::int64_t too_few_to_start = 16;

// `nofile` is the written limit; null when there is none.
Fix fix_for(const ContainerSpec& spec, const Ulimit* nofile) {
  Change change = change::set("ulimits.nofile", std::to_string(resource_proposal(spec).files));
  if (nofile != nullptr) change.at = nofile->at;
  return unsafe_fix({std::move(change)});
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_linux_container(spec)) return;
  const auto nofile = std::ranges::find(spec.ulimits, "nofile", &Ulimit::name);
  if (nofile == spec.ulimits.end()) {
    if (spec.options_unresolved) return;
    findings
        .add(spec.at, concat(spec.label(), " has no limit of open files of its own"),
             "set ulimits: nofile: 65536")
        .fix = fix_for(spec, nullptr);
    return;
  }
  const bool unlimited = nofile->hard < 0 || nofile->soft < 0;
  if (!unlimited && nofile->soft >= too_few_to_start) return;
  Finding& finding = findings.add(
      nofile->at,
      concat(spec.label(), unlimited ? " may open files without limit"
                                     : " may open so few files that hardly any program starts"),
      "set ulimits: nofile: 65536");
  finding.decided_by = nofile->layer;
  finding.fix = fix_for(spec, &*nofile);
}

// "1024:2048", "1024", "-1"
bool is_unlimited(std::string_view limits) {
  return std::ranges::any_of(split(limits, ':'),
                             [](std::string_view part) { return part.starts_with('-'); });
}

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  const Located<std::string>* const nofile = entry_of(daemon.default_ulimits, "nofile");
  if (nofile != nullptr && !is_unlimited(nofile->value)) return;
  if (nofile == nullptr && !is_known(daemon, daemon.default_ulimits, findings)) return;
  constexpr std::string_view without = "containers that name no limit may open files without one";
  constexpr std::string_view as_engine =
      "containers that name no limit may open as many files as the engine, a million or more";
  Finding& finding = findings.add(nofile == nullptr ? Located<std::string>{} : *nofile,
                                  std::string(nofile == nullptr ? as_engine : without),
                                  "set default-ulimits: nofile, for instance to 65536");
  finding.fix = unsafe_fix({change::set_daemon(
      "default-ulimits.nofile", R"({"Name": "nofile", "Soft": 65536, "Hard": 65536})")});
}

}  // namespace

extern constinit const Rule no_file_limit = {
    .name = "no-file-limit",
    .title = "the number of open files is not limited",
    .severity = Severity::low,
    .topic = "resources",
    .subjects = {Subject::container, Subject::daemon},
    .rationale =
        "On many hosts the engine hands its own limit of open files on to containers: a million or "
        "no limit at all. One leak then takes the file table of the host, and some programs that "
        "close every possible descriptor at their start take minutes.",
    .remediation =
        "Set `ulimits: nofile: 65536` or what the program needs. The value 5 of some guides is an "
        "example: no program starts with it.",
    .limits = "`default-ulimits` of the daemon are not known to a static check of containers.",
    .references = {guideline("S2", "Using control groups to limit access to resources"),
                   cis("5.19"), cis("2.8")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
