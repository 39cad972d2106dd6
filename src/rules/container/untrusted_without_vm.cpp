#include <optional>

#include "base/text.h"
#include "rules/rule.h"

namespace plimsoll::rules::container {
namespace {

bool is_true(std::string_view value) {
  return equal_ignoring_case(value, "true") || equal_ignoring_case(value, "yes") || value == "1";
}

// "kata", "kata-runtime", "io.containerd.kata.v2", "runsc-kvm", …
bool is_sandbox(std::string_view runtime) {
  for (const std::string_view name : {"kata", "runsc", "gvisor", "krun", "firecracker", "runv"}) {
    if (runtime.find(name) != std::string_view::npos) return true;
  }
  return false;
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const std::optional<std::string_view> label = spec.label_value("plimsoll.untrusted");
  if (!label || !is_true(*label)) return;
  if (spec.runtime.unresolved || is_sandbox(spec.runtime.value)) return;
  findings.add(spec.runtime,
               concat(spec.label(), " is declared untrusted and shares the host's kernel: ",
                      spec.runtime.value.empty() ? "it has no sandbox runtime"
                                                 : "its runtime is no sandbox"),
               spec.surface == Surface::run_line ? "add --runtime=kata or --runtime=runsc"
                                                 : "set runtime: kata or runtime: runsc");
}

}  // namespace

extern constinit const Rule untrusted_without_vm = {
    .name = "untrusted-without-vm",
    .title = "an untrusted workload shares the host kernel",
    .severity = Severity::medium,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "Containers share the host's kernel, and one fault in it ends the separation. Code "
        "that nobody vouches for belongs behind a boundary of its own: a small virtual "
        "machine, or a kernel in user space.",
    .remediation =
        "Set `runtime: kata` or `runtime: runsc` (gVisor), and install that runtime on the "
        "host.",
    .limits =
        "A workload is untrusted when its label `plimsoll.untrusted` says so; nothing else "
        "tells it. Runtimes are known by their names (kata, runsc, gvisor, krun, firecracker, "
        "runv); one under another name is reported, and whether the host has it installed is "
        "not seen. A default runtime of the daemon is not seen either.",
    .references = {guideline("S1", "Multi-tenancy Environments"),
                   guideline("S1", "Services and Applications")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
