#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/known_images.h"
#include "rules/support/resource_proposals.h"
#include "rules/support/services.h"
#include "rules/support/shared_limits.h"

namespace plimsoll::rules::container {
namespace {

bool limits_processes(const Ulimit& ulimit) {
  return ulimit.name == "nproc" && ulimit.hard > 0;
}

// A stack is held against the schema that its version names; before 3.9 none knows this limit.
bool has_old_schema(const ComposeProject& project) {
  const TagVersion version = version_of_tag(project.version.value);
  return version.major >= 0 && version.major * 100 + std::max(version.minor, 0) < 309;
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_linux_container(spec) || spec.pids_limit.unresolved || spec.pids_limit.value > 0)
    return;
  if (std::ranges::any_of(spec.ulimits, limits_processes)) return;
  const RunningProcess* const process = spec.process;
  if (process != nullptr && process->shared_pids_limit.value > 0) {
    const Located<std::int64_t>& shared = process->shared_pids_limit;
    return report_shared_limit(spec, "processes", shared, std::to_string(shared.value), findings);
  }
  if (spec.pids_limit.layer == Layer::kernel) {
    findings.add(
        spec.pids_limit,
        concat(spec.label(), " may use up the process ids of the host: its limit is not in force"),
        std::string(limit_not_in_force));
    return;
  }
  Finding& finding = findings.add(
      spec.pids_limit,
      concat(spec.label(), " may use up the process ids of the host: no limit is set"),
      in_swarm(spec) ? "set deploy.resources.limits.pids: 200, or a few times what the program uses"
                     : "set pids_limit: 200, or a few times what the program uses");
  if (in_swarm(spec) && has_old_schema(*spec.project)) {
    finding.remedy = concat("raise version to \"3.9\", then ", finding.remedy);
    return;
  }
  finding.fix = unsafe_fix(
      {change::set("pids_limit", spec.pids_limit, std::to_string(resource_proposal(spec).processes),
                   "a proposal: docker stats counts processes and threads")});
}

}  // namespace

extern constinit const Rule no_pids_limit = {
    .name = "no-pids-limit",
    .title = "the number of processes is not limited",
    .severity = Severity::medium,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "A fork bomb in a container without a limit uses up the process ids of the host, and then "
        "nobody can log in to stop it.",
    .remediation =
        "Set `pids_limit` (or `deploy.resources.limits.pids`, `--pids-limit`) to a few times what "
        "the program uses; 200 is enough for most.",
    .limits =
        "A finite `nproc` ulimit is accepted as well, although it counts the processes of a user "
        "id over the whole host and does not bind root. A default that the daemon sets is not "
        "seen, and a limit of a parent control group only by an audit of what runs, which reports "
        "it as low: others in that group can use it up. podman limits to 2048 on its own.",
    .references = {guideline("S2", "Using control groups to limit access to resources"),
                   cis("5.29")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
