#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/daemon_settings.h"
#include "subjects/daemon.h"

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

void check_daemon(const Daemon& daemon, const Policy&, Findings& findings) {
  if (!has_dockerd(daemon, findings)) return;
  const auto report = [&](const auto& at) {
    findings
        .add(at, "containers run without a system call filter unless each names one",
             "remove \"seccomp-profile\": the engine's own profile then applies")
        // Empty means the engine's own in all of its versions; they have had several names for it.
        .fix = unsafe_fix({change::set_daemon("seccomp-profile", "\"\"")});
  };
  if (daemon.seccomp_profile.value == "unconfined") return report(daemon.seccomp_profile);
  if (!daemon.engine || !daemon.engine->info_seen) {
    is_known(daemon, daemon.seccomp_profile, findings);
    return;
  }
  const Located<std::string>* const option = daemon.engine->security_option("seccomp");
  if (option == nullptr) {
    findings.add(daemon.engine->at,
                 "the engine filters no system calls: it or the kernel has no seccomp",
                 "use a kernel and an engine with seccomp");
  } else if (option->value.ends_with("profile=unconfined")) {
    report(*option);
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
        "A profile in a file is judged only where the file lies beside its user; what the profile "
        "of a "
        "whole engine allows is not looked at. A privileged "
        "container has no filter anyway: `privileged` says so.",
    .references = {guideline("S1", "libseccomp (and seccomp-bpf extension)"), cis("5.22"),
                   cis("2.17"), owasp("6")},
    .check = {check, check_daemon},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
