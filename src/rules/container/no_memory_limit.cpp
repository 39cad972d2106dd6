#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/resource_proposals.h"
#include "rules/support/services.h"
#include "rules/support/shared_limits.h"

namespace plimsoll::rules::container {
namespace {

// Swap and reservation are bounded by the limit: the engine refuses one that does not fit them.
std::int64_t fitting_limit(const ContainerSpec& spec) {
  std::int64_t limit = resource_proposal(spec).memory;
  if (spec.memswap_limit.value > 0) limit = std::min(limit, spec.memswap_limit.value);
  return std::max(limit, 2 * spec.mem_reservation.value);
}

Fix fix_for(const ContainerSpec& spec) {
  const bool unknown = spec.memswap_limit.unresolved || spec.mem_reservation.unresolved;
  const std::int64_t limit = fitting_limit(spec);
  if (unknown || (spec.memswap_limit.value > 0 && limit > spec.memswap_limit.value)) return {};
  std::vector<Change> changes{change::set("mem_limit", spec.mem_limit, memory_text(limit),
                                          "a proposal: see docker stats, then set twice the peak")};
  // With a limit the reservation and the bound of swap begin to count.
  const std::string reservation = reservation_for(limit);
  if (spec.mem_reservation.value <= 0 && !reservation.empty()) {
    changes.push_back(change::set("mem_reservation", spec.mem_reservation, reservation));
  }
  if (spec.memswap_limit.value < 0) {
    changes.push_back(change::set("memswap_limit", spec.memswap_limit, memory_text(limit)));
  }
  return unsafe_fix(std::move(changes));
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.mem_limit.unresolved || spec.mem_limit.value > 0) return;
  const RunningProcess* const process = spec.process;
  if (process != nullptr && process->shared_memory_limit.value > 0) {
    const Located<std::int64_t>& shared = process->shared_memory_limit;
    return report_shared_limit(spec, "memory", shared, memory_text(shared.value), findings);
  }
  if (spec.mem_limit.layer == Layer::kernel) {
    findings.add(
        spec.mem_limit,
        concat(spec.label(), " may take all memory of the host: its limit is not in force"),
        std::string(limit_not_in_force));
    return;
  }
  findings
      .add(spec.mem_limit,
           concat(spec.label(), " may take all memory of the host: no limit is set"),
           in_swarm(spec) ? "set deploy.resources.limits.memory: 512m, or what the program needs"
                          : "set mem_limit: 512m, or what the program needs")
      .fix = fix_for(spec);
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
        "A limit that a parent control group (`cgroup_parent`) or the service manager sets is seen "
        "only by an audit of what runs, which reports it as low: others in that group can use it "
        "up. The fix cannot measure: it proposes 512 MiB, or what the makers of a well-known "
        "image ask for, with half of it reserved.",
    .references = {guideline("S0", "Decision"), guideline("S1", "cgroups"),
                   guideline("S2", "Using control groups to limit access to resources"),
                   cis("5.11"), owasp("7")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
