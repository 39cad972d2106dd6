#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/remedies.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value || spec.seccomp.unresolved || !runs_linux_container(spec)) return;
  const std::string& profile = spec.seccomp.value;
  const bool filtered = profile.empty() || profile == "builtin";
  if (!filtered && profile != "unconfined" &&
      spec.seccomp_profile != ContainerSpec::SeccompProfile::empty) {
    return;
  }
  findings.add(spec.seccomp,
               filtered ? concat(spec.label(), " uses the engine's default seccomp profile")
                        : concat(spec.label(), " has no seccomp profile of its own"),
               concat(advice(spec, {change::add("security_opt", "seccomp=profile.json")},
                             "set security_opt: [seccomp=profile.json]"),
                      " with a profile learned from the program"));
}

}  // namespace

extern constinit const Rule seccomp_profile_broad = {
    .name = "seccomp-profile-broad",
    .title = "the default seccomp profile is in use",
    .severity = Severity::info,
    .topic = "lsm",
    .subjects = {Subject::container},
    .rationale =
        "The default profile must suit every program and so allows some three hundred system "
        "calls. A program of its own needs far fewer; a profile that lists just those leaves "
        "an intruder little of the kernel to attack.",
    .remediation =
        "Observe the program under test, write a profile that allows the system calls it "
        "makes, and name it with `security_opt: [seccomp=profile.json]`.",
    .limits =
        "A profile of one's own is not measured: its file is not read here beyond what it "
        "does by default. A switched-off filter is no profile of one's own either; how grave that "
        "is, "
        "`seccomp-unconfined` says. A privileged container has no filter: `privileged` says so. "
        "Which calls the program makes shows only when it runs: no fix is offered.",
    .references = {guideline("S1", "libseccomp (and seccomp-bpf extension)")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
