#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/resource_proposals.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.mem_limit.value <= 0 || spec.memswap_limit.unresolved ||
      spec.memswap_limit.value != -1) {
    return;
  }
  Finding& finding =
      findings.add(spec.memswap_limit,
                   concat(spec.label(), " has a memory limit, but may use all swap of the host"),
                   "set memswap_limit to the sum of memory and swap");
  if (!spec.mem_limit.unresolved) {
    finding.fix = unsafe_fix(
        {change::set("memswap_limit", spec.memswap_limit, memory_text(spec.mem_limit.value))});
  }
}

}  // namespace

extern constinit const Rule no_swap_limit = {
    .name = "no-swap-limit",
    .title = "swap is not limited",
    .severity = Severity::low,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "Memory and swap are limited together. With `memswap_limit: -1` a container that has "
        "filled its memory goes on into the swap of the host without bound, and the whole host "
        "slows down with it.",
    .remediation =
        "Set `memswap_limit` (`--memory-swap`) to the sum of memory and swap that the container "
        "may use; the same value as the memory limit means no swap.",
    .limits =
        "Where nothing is said the engine allows as much swap as memory: that is a bound, so it is "
        "not reported. Without a memory limit the rule is silent, `no-memory-limit` has said it "
        "all.",
    .references = {guideline("S2", "Using control groups to limit access to resources")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
