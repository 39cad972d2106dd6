#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/resource_proposals.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.mem_limit.value <= 0) return;
  if (spec.mem_reservation.unresolved || spec.mem_reservation.value > 0) return;
  Finding& finding = findings.add(
      spec.mem_reservation, concat(spec.label(), " has a memory limit and no memory reservation"),
      in_swarm(spec)
          ? "set deploy.resources.reservations.memory to what the program needs in quiet times"
          : "set mem_reservation to what the program needs in quiet times");
  const std::string half = reservation_for(spec.mem_limit.value);
  if (!half.empty() && !spec.mem_limit.unresolved) {
    finding.fix = unsafe_fix({change::set("mem_reservation", spec.mem_reservation, half,
                                          "a proposal: what docker stats shows in quiet times")});
  }
}

}  // namespace

extern constinit const Rule no_resource_reservation = {
    .name = "no-resource-reservation",
    .title = "a limit without a reservation",
    .severity = Severity::info,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "A limit says what a container may take, a reservation what it is sure to get. When memory "
        "is short the engine takes it first from those that are above their reservation.",
    .remediation =
        "Set `mem_reservation` (or `deploy.resources.reservations.memory`, `--memory-reservation`) "
        "to what the program needs in quiet times.",
    .limits =
        "Only memory is looked at: a reservation of processors counts only in a swarm. Without a "
        "memory limit the rule is silent, `no-memory-limit` speaks first. The fix proposes half of "
        "the limit.",
    .references = {guideline("S0", "Decision")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
