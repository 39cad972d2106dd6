#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/image_privileges.h"

namespace plimsoll::rules::container {
namespace {

void check_container(const ContainerSpec& spec, Findings& findings) {
  if (!spec.privileged.value || spec.privileged.unresolved) return;
  const std::string message = concat(spec.label(), " runs privileged");
  if (runs_engine(spec)) {
    findings.add(spec.privileged, message,
                 "its image runs a container engine and does not start without: use a rootless "
                 "one, or keep it away from what is untrusted");
    return;
  }
  const Change removal = change::remove(spec.privileged.at);
  findings
      .add(spec.privileged, message,
           "remove privileged and add only the capabilities and devices it needs")
      .fix = unsafe_fix({removal});
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  check_container(spec, findings);
  if (spec.build_privileged.value && !spec.build_privileged.unresolved) {
    findings
        .add(spec.build_privileged, concat("the build of ", spec.label(), " runs privileged"),
             "remove build.privileged")
        .fix = unsafe_fix({change::remove(spec.build_privileged.at)});
  }
  for (const Located<std::string>& entitlement : spec.build_entitlements) {
    if (entitlement.unresolved || entitlement.value != "security.insecure") continue;
    findings
        .add(entitlement,
             concat("the build of ", spec.label(), " may run privileged: security.insecure"),
             "remove the entitlement security.insecure")
        .fix = unsafe_fix({change::remove(entitlement.at)});
  }
  for (const Hook& hook : spec.hooks) {
    if (!hook.privileged.value || hook.privileged.unresolved) continue;
    findings
        .add(hook.privileged,
             concat("the ", hook.name, " hook of ", spec.label(), " runs privileged"),
             "remove privileged from the hook")
        .fix = unsafe_fix({change::remove(hook.privileged.at)});
  }
}

}  // namespace

extern constinit const Rule privileged = {
    .name = "privileged",
    .title = "container runs privileged",
    .severity = Severity::critical,
    .topic = "capabilities",
    .subjects = {Subject::container},
    .rationale =
        "A privileged container has every capability, every device and no seccomp or AppArmor "
        "confinement: whoever takes it over is root on the host.",
    .remediation =
        "Remove `privileged` and give the container the few capabilities and devices that it needs "
        "with `cap_add` and `devices`.",
    .limits =
        "`docker exec --privileged` is not seen: it stands in no file. What the program needs "
        "instead is not known: the fix only removes the option. Images that run a container engine "
        "(docker:dind, k3s, kind, BuildKit) do not start without it and are left to a person.",
    .references = {guideline("S1", "Daemon Privileges"), guideline("S2", "Capabilities"),
                   guideline("S4", "Privileged containers"), cis("5.5"), owasp("3")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
