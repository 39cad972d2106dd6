#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/resource_proposals.h"
#include "rules/support/services.h"
#include "rules/support/shared_limits.h"

namespace plimsoll::rules::container {
namespace {

// The limit is a share of one processor unless the service is sure to get more.
std::string proposal(const ContainerSpec& spec) {
  constexpr std::int64_t one = 1'000'000'000;
  const std::int64_t whole = (spec.cpu_reservation.value + one - 1) / one;
  return concat(std::to_string(std::max<std::int64_t>(whole, 1)), ".0");
}

// On a run line what is in force may be a quota, which is written in other units.
bool is_quota(const ContainerSpec& spec) {
  return std::ranges::any_of(spec.flags, [&](const WrittenFlag& flag) {
    return flag.value_at == spec.nano_cpus.at && flag.at.text() != "--cpus";
  });
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (!runs_container(spec) || spec.nano_cpus.unresolved || spec.nano_cpus.value > 0) return;
  if (!spec.cpuset.value.empty()) return;
  const RunningProcess* const process = spec.process;
  if (process != nullptr && process->shared_nano_cpus.value > 0) {
    const Located<std::int64_t>& shared = process->shared_nano_cpus;
    constexpr std::int64_t hundredth = 10'000'000;
    const std::string amount =
        concat(std::to_string(shared.value / hundredth), " % of a processor");
    return report_shared_limit(spec, "processor time", shared, amount, findings);
  }
  if (spec.nano_cpus.layer == Layer::kernel) {
    findings.add(spec.nano_cpus,
                 concat(spec.label(),
                        " may keep every processor of the host busy: its limit is not in force"),
                 std::string(limit_not_in_force));
    return;
  }
  const bool has_shares = spec.cpu_shares.value > 0;
  Finding& finding = findings.add(
      spec.nano_cpus,
      concat(spec.label(), " may keep every processor of the host busy: ",
             has_shares ? "cpu_shares is a weight, not a limit" : "no limit is set"),
      in_swarm(spec) ? "set deploy.resources.limits.cpus: \"1.0\", or what the program needs"
                     : "set cpus: \"1.0\", or what the program needs");
  constexpr std::string_view measure = "a proposal: see docker stats, 100 % is one processor";
  finding.fix = unsafe_fix(
      {is_quota(spec) ? change::set("cpus", proposal(spec), std::string(measure))
                      : change::set("cpus", spec.nano_cpus, proposal(spec), std::string(measure))});
}

}  // namespace

extern constinit const Rule no_cpu_limit = {
    .name = "no-cpu-limit",
    .title = "CPU time is not limited",
    .severity = Severity::medium,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "A container without a CPU limit can keep every processor of the host busy: one endless "
        "loop, or one miner, and everything else waits.",
    .remediation =
        "Set `cpus` (or `deploy.resources.limits.cpus`, `--cpus`), or bind the container to some "
        "processors with `cpuset`.",
    .limits =
        "`cpu_shares` is a weight, not a limit: it counts only while others want the processor, so "
        "it does not satisfy this rule. Limits that a parent control group sets are seen "
        "only by an audit of what runs, which reports them as low: others in that group can use "
        "them up.",
    .references = {guideline("S0", "Decision"), guideline("S1", "cgroups"),
                   guideline("S2", "Using control groups to limit access to resources"),
                   cis("5.12"), owasp("7")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
