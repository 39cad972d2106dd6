#include <algorithm>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/capabilities.h"
#include "rules/support/image_privileges.h"
#include "rules/support/services.h"
#include "rules/support/version_order.h"
#include "subjects/daemon.h"

namespace plimsoll::rules::container {
namespace {

constexpr std::string_view first_port_sysctl = "net.ipv4.ip_unprivileged_port_start";

// Since 20.10 the engine lets every process of a container's own network bind every port (moby
// daemon/oci_linux.go, WithSysctls): taking NET_BIND_SERVICE away takes nothing away.
void check_port_capability(const ContainerSpec& spec, Findings& findings) {
  if (spec.daemon == nullptr || spec.daemon->is_rootless() || !spec.daemon->engine) return;
  if (spec.network_mode.value == "host") return;
  const bool sets_it = std::ranges::any_of(spec.sysctls, [](const Located<std::string>& sysctl) {
    return sysctl.value.starts_with(first_port_sysctl);
  });
  if (sets_it) return;
  if (compare_versions(spec.daemon->engine->version.value, "20.10") < 0) return;
  for (const Located<std::string>& dropped : spec.cap_drop) {
    if (capability_name(dropped.value) != "NET_BIND_SERVICE") continue;
    findings
        .add(dropped,
             concat(spec.label(),
                    " drops NET_BIND_SERVICE without effect: the engine lets every process in it "
                    "bind every port"),
             concat("set sysctls: ", first_port_sysctl, "=1024"))
        .severity = Severity::info;
  }
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.privileged.value || !runs_linux_container(spec)) return;
  check_port_capability(spec, findings);
  const ContainerCapabilities capabilities = container_capabilities(spec);
  if (!capabilities.known || capabilities.adds_all || capabilities.kept == 0) return;
  const bool none_dropped = (capabilities.dropped & default_capabilities) == 0;
  std::string message = none_dropped
                            ? concat(spec.label(), " keeps the engine's default capabilities")
                            : concat(spec.label(), " drops some capabilities and keeps ",
                                     names_of(capabilities.kept));
  const std::vector<Change> changes = least_capabilities(spec);
  Finding& finding =
      findings.add(spec.cap_drop.empty() ? Location{} : spec.cap_drop.front().at,
                   std::move(message), "set cap_drop: [ALL] and add back what the program needs");
  finding.fix = unsafe_fix(changes);
  if (!none_dropped || never_root(spec)) finding.severity = Severity::low;
}

}  // namespace

extern constinit const Rule capabilities_not_dropped = {
    .name = "capabilities-not-dropped",
    .title = "default capabilities are kept",
    .severity = Severity::medium,
    .topic = "capabilities",
    .subjects = {Subject::container},
    .rationale =
        "The engine gives every container fourteen capabilities, among them NET_RAW, MKNOD, "
        "DAC_OVERRIDE and SETUID. Most programs need none of them; an intruder uses them to "
        "forge packets, to read other users' files and to become another user.",
    .remediation =
        "Set `cap_drop: [ALL]` and add back with `cap_add` only what the program is seen to "
        "need. The fix knows what well-known images need; an image whose program can start as its "
        "own account gets that as `user`, and then needs nothing.",
    .limits =
        "A process that is not root and cannot become root has no capabilities in effect: "
        "then this is only reported as low. Names that the engine does not know are taken for "
        "nothing. A privileged container and `cap_add: [ALL]` are reported by `privileged` "
        "and `dangerous-capability` alone. That dropping NET_BIND_SERVICE has no effect is said of "
        "running containers alone, and concluded from the engine's version: the kernel shows the "
        "setting (net.ipv4.ip_unprivileged_port_start) only inside of the container's network.",
    .references = {guideline("S1", "capabilities(7)"), guideline("S4", "Container Security"),
                   cis("5.4"), owasp("3")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
