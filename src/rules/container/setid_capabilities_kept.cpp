#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/capabilities.h"
#include "rules/support/image_privileges.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value || !runs_linux_container(spec)) return;
  const ContainerCapabilities capabilities = container_capabilities(spec);
  if (!capabilities.known || capabilities.adds_all || never_root(spec)) return;
  const CapabilitySet kept =
      capabilities.kept & (capability_bit("SETUID") | capability_bit("SETGID"));
  if (kept == 0) return;
  const std::vector<Change> changes = least_capabilities(spec);
  Finding& finding = findings.add(
      spec.cap_drop.empty() ? Location{} : spec.cap_drop.front().at,
      concat(spec.label(), " keeps ", names_of(kept), ": its processes can change to any ",
             kept == capability_bit("SETGID") ? "group" : "user"),
      "set cap_drop: [ALL], or [SETUID, SETGID] at least");
  finding.fix = unsafe_fix(changes);
  if ((capabilities.dropped & default_capabilities) == 0) finding.severity = Severity::low;
}

}  // namespace

extern constinit const Rule setid_capabilities_kept = {
    .name = "setid-capabilities-kept",
    .title = "SETUID and SETGID are kept",
    .severity = Severity::medium,
    .topic = "capabilities",
    .subjects = {Subject::container},
    .rationale =
        "With SETUID and SETGID a process of the container becomes any user and group it "
        "likes, so a break-in reaches the files of every user there. Few programs change "
        "their user after they have started.",
    .remediation =
        "Drop SETUID and SETGID, best with `cap_drop: [ALL]`. Keep them for programs that "
        "start as root and change to another user by themselves, as nginx or an entrypoint "
        "with gosu does.",
    .limits =
        "Whether the program changes its user is not known: what `cap_add` asks for by name "
        "after `cap_drop: [ALL]` is taken for needed. Where no capability is dropped at all "
        "it is reported as low, because `capabilities-not-dropped` stands at the same place. "
        "Dropping the two does not stop setuid programs from taking effect: no-new-privileges "
        "does.",
    .references = {guideline("S1", "SUID/GUID binaries"), guideline("S1", "capabilities(7)")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
