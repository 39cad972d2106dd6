#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.mem_limit.unresolved || spec.mem_limit.value > 0) return;
  findings.add(spec.mem_limit,
               concat(spec.label(), " may take all memory of the host: no limit is set"),
               "set mem_limit: 512m, or what the program needs");
}

}  // namespace

extern constinit const Rule no_memory_limit = {
    .name = "no-memory-limit",
    .title = "memory is not limited",
    .severity = Severity::medium,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "A container without a memory limit can take all memory of the host. The kernel then kills "
        "processes, and not necessarily those of the container that asked for too much.",
    .remediation =
        "Set `mem_limit` (or `deploy.resources.limits.memory`, `--memory`) to what the program "
        "needs at its busiest, with some room.",
    .limits =
        "A limit that a parent control group (`cgroup_parent`) or the service manager sets is not "
        "seen.",
    .references = {guideline("S0", "Decision"), guideline("S1", "cgroups"),
                   guideline("S2", "Using control groups to limit access to resources"),
                   cis("5.11"), owasp("7")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
