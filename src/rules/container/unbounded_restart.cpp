#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

bool is_unbounded(std::string_view policy) {
  return policy == "always" || policy == "unless-stopped" || policy == "any" ||
         policy == "on-failure" || policy == "on-failure:0";
}

// In `deploy.restart_policy` the bound is a key of its own beside the condition.
Fix fix_for(const Located<std::string>& restart) {
  if (!restart.written()) return {};
  const std::string_view before = trim(restart.at.source->text().substr(0, restart.at.span.begin));
  if (before.ends_with("condition:")) {
    return unsafe_fix({change::rewrite(restart.at, "on-failure"),
                       change::set("deploy.restart_policy.max_attempts", "5")});
  }
  if (before.ends_with("max_attempts:")) {
    return unsafe_fix({change::set("deploy.restart_policy.condition", "on-failure")});
  }
  const bool starts_at_boot = restart.value == "always" || restart.value == "unless-stopped";
  return unsafe_fix({change::set("restart", restart, "on-failure:5",
                                 starts_at_boot ? "not started again when the host boots" : "")});
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.restart.unresolved || !is_unbounded(spec.restart.value)) return;
  findings
      .add(spec.restart, concat(spec.label(), " is restarted without bound: ", spec.restart.value),
           "set restart: on-failure:5")
      .fix = fix_for(spec.restart);
}

}  // namespace

extern constinit const Rule unbounded_restart = {
    .name = "unbounded-restart",
    .title = "restarts are not bounded",
    .severity = Severity::low,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "A service that fails at its start and is restarted for ever fills the log, keeps the host "
        "busy, and hides that it never worked. An attacker gets as many tries as he likes.",
    .remediation =
        "Use `restart: on-failure:5` (`--restart on-failure:5`), or in a swarm `restart_policy` "
        "with `max_attempts`.",
    .limits =
        "`on-failure` does not start the container again when the host boots, `always` and "
        "`unless-stopped` do; where that is needed, suppress the finding with that reason.",
    .references = {guideline("S2", "Using control groups to limit access to resources"),
                   cis("5.15"), owasp("7")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
