#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/capabilities.h"
#include "rules/support/image_privileges.h"

namespace plimsoll::rules::container {
namespace {

Severity severity_here(const ContainerSpec& spec, std::string_view name, Severity severity) {
  // In a network namespace of its own, NET_ADMIN reconfigures nothing but the container's network.
  const bool own_network = spec.network_mode.value != "host" && !spec.network_mode.unresolved;
  return name == "NET_ADMIN" && own_network ? Severity::medium : severity;
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value) return;
  const bool adds_all = container_capabilities(spec).adds_all;
  for (const Located<std::string>& entry : spec.cap_add) {
    if (entry.unresolved) continue;
    const std::string_view name = capability_name(entry.value);
    if (adds_all && name != "ALL") continue;  // ALL is the fault, whatever stands beside it
    const CapabilityDanger danger = danger_of_capability(name);
    if (danger.why.empty()) continue;
    Finding& finding =
        findings.add(entry, concat(spec.label(), " adds the capability ", name, ": ", danger.why));
    finding.severity = severity_here(spec, name, danger.severity);
    if (name == "ALL") {
      // Which of all it needs shows only when it runs.
      finding.remedy = spec.surface == Surface::run_line
                           ? "remove --cap-add ALL and add only the capabilities that it needs"
                           : "remove ALL from cap_add and add only the capabilities that it needs";
      continue;
    }
    if (is_made_for(spec, name)) {
      finding.remedy = concat("its image is made to use ", name,
                              ": keep it on a network of its own, and allow this with the reason");
      continue;
    }
    const Change removal = change::remove(entry.at);
    finding.remedy = concat("remove ", name, " from cap_add");
    finding.fix = unsafe_fix({removal});
  }
}

}  // namespace

extern constinit const Rule dangerous_capability = {
    .name = "dangerous-capability",
    .title = "a powerful capability is added",
    .severity = Severity::high,
    .topic = "capabilities",
    .subjects = {Subject::container},
    .rationale =
        "Some capabilities are worth as much as root on the host: SYS_ADMIN mounts file "
        "systems, SYS_MODULE loads kernel code, SYS_PTRACE and DAC_READ_SEARCH read what "
        "belongs to others. The engine withholds them for that reason.",
    .remediation =
        "Remove the capability. If the program really needs a privileged operation, look for "
        "the narrowest capability, a device or a sysctl that allows it.",
    .limits =
        "Whether the program needs the capability is not known, except for a few images that are "
        "made to use it (VPNs, a DHCP server, a process monitor): those are left to a person, as "
        "is "
        "`ALL`, because which of all a program needs shows only when it runs. NET_ADMIN is milder "
        "in the "
        "container's own network namespace than in the host's. A privileged container has "
        "every capability: `privileged` says so, and this rule is silent.",
    .references = {guideline("S1", "capabilities(7)"), guideline("S4", "Container Security"),
                   cis("5.4"), owasp("3")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
