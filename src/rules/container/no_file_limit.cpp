#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

// The engine needs a handful itself, and so does every shared library's loading.
constexpr std::int64_t too_few_to_start = 16;

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec)) return;
  const auto nofile = std::ranges::find(spec.ulimits, "nofile", &Ulimit::name);
  if (nofile == spec.ulimits.end()) {
    if (spec.options_unresolved) return;
    findings.add(spec.at, concat(spec.label(), " has no limit of open files of its own"),
                 "set ulimits: nofile: 65536");
    return;
  }
  if (nofile->hard < 0 || nofile->soft < 0) {
    findings
        .add(nofile->at, concat(spec.label(), " may open files without limit"),
             "set ulimits: nofile: 65536")
        .decided_by = nofile->layer;
    return;
  }
  if (nofile->soft < too_few_to_start) {
    findings
        .add(nofile->at,
             concat(spec.label(), " may open so few files that hardly any program starts"),
             "set ulimits: nofile: 65536")
        .decided_by = nofile->layer;
  }
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
    .check = {check},
};

}  // namespace plimsoll::rules::container
