#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value) return;
  if (spec.apparmor.unresolved || spec.apparmor.value != "unconfined") return;
  const Change removal = change::remove(spec.apparmor.at);
  findings
      .add(spec.apparmor, concat(spec.label(), " runs without AppArmor: apparmor=unconfined"),
           "remove apparmor=unconfined, or name a profile")
      .fix = unsafe_fix({removal});
}

}  // namespace

extern constinit const Rule apparmor_unconfined = {
    .name = "apparmor-unconfined",
    .title = "AppArmor is switched off",
    .severity = Severity::high,
    .topic = "lsm",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "The engine's default AppArmor profile keeps a container from mounting, from writing "
        "to /proc and /sys and from tracing processes outside. `apparmor=unconfined` takes "
        "all of that away; S0 shows it as a protection, and it is the opposite.",
    .remediation =
        "Remove `apparmor=unconfined`, so that the default profile applies, or name a profile "
        "of your own that allows the little more that the program needs.",
    .limits =
        "Whether the host has AppArmor, and has the named profile loaded, is not seen in a "
        "file: without AppArmor the engine takes any name in silence. A privileged container "
        "is unconfined anyway: `privileged` says so.",
    .references = {guideline("S0", "Decision: AppArmor"), guideline("S1", "SELinux or AppArmor"),
                   cis("5.2"), owasp("6")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
