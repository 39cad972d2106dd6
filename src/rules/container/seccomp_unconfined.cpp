#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value || spec.seccomp.unresolved) return;
  const Change removal = change::remove(spec.seccomp.at);
  if (spec.seccomp.layer == Layer::kernel) {
    findings.add(spec.seccomp, concat(spec.label(), " runs without a system call filter"),
                 "look for seccomp-profile in daemon.json, and whether the engine and its runtime "
                 "have seccomp");
    return;
  }
  const std::string remedy = "remove the seccomp option: the default profile then applies";
  if (spec.seccomp.value == "unconfined") {
    findings
        .add(spec.seccomp,
             concat(spec.label(), " runs without a system call filter: seccomp=unconfined"), remedy)
        .fix = unsafe_fix({removal});
    return;
  }
  switch (spec.seccomp_profile) {
    case ContainerSpec::SeccompProfile::empty:
      findings
          .add(spec.seccomp,
               concat(spec.label(),
                      " runs without a system call filter: an empty profile filters nothing"),
               remedy)
          .fix = unsafe_fix({removal});
      return;
    case ContainerSpec::SeccompProfile::default_allow:
      findings.add(
          spec.seccomp,
          concat(spec.label(), " has a seccomp profile that allows whatever it does not name"),
          "set the profile's defaultAction to SCMP_ACT_ERRNO and list what is needed");
      return;
    case ContainerSpec::SeccompProfile::unread:
    case ContainerSpec::SeccompProfile::default_deny: return;
  }
}

}  // namespace

extern constinit const Rule seccomp_unconfined = {
    .name = "seccomp-unconfined",
    .title = "system calls are not filtered",
    .severity = Severity::high,
    .topic = "lsm",
    .subjects = {Subject::container, Subject::daemon},
    .rationale =
        "The default seccomp profile blocks some fifty system calls that containers do not "
        "need and that have been the way out of them: keyctl, bpf, userfaultfd, mount and "
        "others. Without a filter the whole kernel is open to attack.",
    .remediation =
        "Remove `seccomp=unconfined`, so that the default profile applies, or name a profile "
        "that allows what the program needs and denies the rest.",
    .limits =
        "A profile in a file is judged only where the file lies beside its user. A privileged "
        "container has no filter anyway: `privileged` says so.",
    .references = {guideline("S1", "libseccomp (and seccomp-bpf extension)"), cis("5.22"),
                   owasp("6")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
