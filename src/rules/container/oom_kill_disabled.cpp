#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

// The kernel never chooses a process with this score.
constexpr std::int64_t never_killed = -1000;

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.oom_kill_disable.value && !spec.oom_kill_disable.unresolved) {
    const bool limited = spec.mem_limit.value > 0 || spec.mem_limit.unresolved;
    findings
        .add(spec.oom_kill_disable,
             concat(spec.label(), " disables the OOM killer",
                    limited ? ": at its limit it hangs" : " and has no memory limit"),
             "remove oom_kill_disable")
        .fix = unsafe_fix({change::remove(spec.oom_kill_disable.at)});
  }
  if (spec.oom_score_adj.value <= never_killed && !spec.oom_score_adj.unresolved) {
    findings
        .add(spec.oom_score_adj,
             concat(spec.label(), " is never chosen by the OOM killer: others die in its place"),
             "remove oom_score_adj, or raise it")
        .fix = unsafe_fix({change::remove(spec.oom_score_adj.at)});
  }
}

}  // namespace

extern constinit const Rule oom_kill_disabled = {
    .name = "oom-kill-disabled",
    .title = "the OOM killer is disabled",
    .severity = Severity::medium,
    .topic = "resources",
    .subjects = {Subject::container},
    .rationale =
        "When a container without the OOM killer reaches its memory limit, its processes hang "
        "instead of one being killed; and with no limit the host itself hangs or kills others.",
    .remediation =
        "Remove `oom_kill_disable` (`--oom-kill-disable`) and give the container the memory it "
        "needs.",
    .limits =
        "Version 2 of control groups ignores `oom_kill_disable`; which version a host has is not "
        "known here. An `oom_score_adj` of -1000 is judged as well, milder negative scores are "
        "not.",
    .references = {document("Docker: container resource constraints",
                            "https://docs.docker.com/engine/containers/resource_constraints/")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
