#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value && !spec.privileged.unresolved) {
    findings.add(spec.privileged, concat(spec.label(), " runs privileged"),
                 "remove privileged and add only the capabilities and devices it needs");
  }
  if (spec.build_privileged.value && !spec.build_privileged.unresolved) {
    findings.add(spec.build_privileged, concat("the build of ", spec.label(), " runs privileged"),
                 "remove build.privileged");
  }
  for (const Located<std::string>& entitlement : spec.build_entitlements) {
    if (entitlement.unresolved || entitlement.value != "security.insecure") continue;
    findings.add(entitlement,
                 concat("the build of ", spec.label(), " may run privileged: security.insecure"),
                 "remove the entitlement security.insecure");
  }
  for (const Hook& hook : spec.hooks) {
    if (!hook.privileged.value || hook.privileged.unresolved) continue;
    findings.add(hook.privileged,
                 concat("the ", hook.name, " hook of ", spec.label(), " runs privileged"),
                 "remove privileged from the hook");
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
    .limits = "`docker exec --privileged` is not seen: it stands in no file.",
    .references = {guideline("S1", "Daemon Privileges"), guideline("S2", "Capabilities"),
                   guideline("S4", "Privileged containers"), cis("5.5"), owasp("3")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
