#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

// Types that SELinux does not confine.
bool unconfined(std::string_view label) {
  return label == "disable" || label == "type:spc_t" || label == "type:unconfined_t" ||
         label == "type:container_runtime_t";
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value) return;
  // The engine itself writes label=disable into the settings of a container that shares the host's
  // processes or IPC: there host-pid and host-ipc tell the fault.
  const bool by_engine =
      spec.surface == Surface::inspect && (spec.pid.value == "host" || spec.ipc.value == "host");
  for (const Located<std::string>& label : spec.selinux_label) {
    if (by_engine && label.value == "disable") continue;
    if (label.unresolved || !unconfined(label.value)) continue;
    const Change removal = change::remove(label.at);
    findings
        .add(label, concat(spec.label(), " is not separated by SELinux: label=", label.value),
             concat("remove label=", label.value))
        .fix = unsafe_fix({removal});
  }
}

}  // namespace

extern constinit const Rule selinux_label_disabled = {
    .name = "selinux-label-disabled",
    .title = "SELinux separation is switched off",
    .severity = Severity::high,
    .topic = "lsm",
    .subjects = {Subject::container, Subject::host},
    .rationale =
        "On a host with SELinux every container gets a label of its own, and the kernel keeps "
        "it from files and processes with another. `label=disable` and the types spc_t and "
        "unconfined_t end that separation.",
    .remediation =
        "Remove the option. To share a host directory, relabel it with the mount option `z` "
        "or `Z` instead of switching the labels off.",
    .limits =
        "Whether the host has SELinux, and whether its engine uses it, is not seen in a file. "
        "A privileged container has no label of its own anyway: `privileged` says so.",
    .references = {guideline("S1", "SELinux or AppArmor"), cis("5.3")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
