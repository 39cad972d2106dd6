#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/remedies.h"
#include "rules/support/services.h"

namespace plimsoll::rules::container {
namespace {

// An option that only switches something off states no confinement.
bool switches_off(const Located<std::string>& option) {
  constexpr std::array<std::string_view, 5> endings{"unconfined", "disable", "spc_t",
                                                    "unconfined_t", "container_runtime_t"};
  return !option.unresolved && std::ranges::any_of(endings, [&](std::string_view ending) {
    return option.value.ends_with(ending);
  });
}

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  if (spec.options_unresolved || !runs_linux_container(spec) || spec.privileged.value) return;
  if (!std::ranges::all_of(spec.security_opt, switches_off)) return;
  findings.add(spec.at,
               concat(spec.label(), " states no security option: the host's defaults decide"),
               advice(spec, {change::add("security_opt", "no-new-privileges:true")},
                      "state security_opt: [no-new-privileges:true]"));
}

}  // namespace

extern constinit const Rule no_security_options = {
    .name = "no-security-options",
    .title = "no security option is stated",
    .severity = Severity::info,
    .topic = "lsm",
    .subjects = {Subject::container},
    .rationale =
        "What confines a container that states nothing depends on the host: AppArmor on one, "
        "SELinux on another, seccomp only where the kernel has it. A file that states its options "
        "behaves the same everywhere, or fails where it cannot.",
    .remediation =
        "State at least `security_opt: [no-new-privileges:true]`, and the seccomp and AppArmor "
        "profiles or SELinux labels that the service is meant to have.",
    .limits =
        "That an option is stated is all that is judged here; whether it is a good one is the "
        "business of the rules about each of them. An option that only switches something off "
        "(`unconfined`, `disable`, an unconfined SELinux type) states none. A privileged container "
        "is silent: no option "
        "confines it.",
    .references = {document(
        "Docker: security options",
        "https://docs.docker.com/reference/cli/docker/container/run/#security-opt")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
