#include <algorithm>
#include <array>

#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/namespaces.h"
#include "rules/support/remedies.h"

namespace plimsoll::rules::container {
namespace {

struct Joinable {
  Located<std::string> ContainerSpec::* field;
  std::string_view noun;
  std::string_view key;
};

constexpr std::array<Joinable, 3> joinable{{
    {&ContainerSpec::network_mode, "network", "network_mode"},
    {&ContainerSpec::pid, "processes", "pid"},
    {&ContainerSpec::ipc, "IPC namespace", "ipc"},
}};

void check(const ContainerSpec& spec, const Policy& policy, Findings& findings) {
  for (const Joinable& kind : joinable) {
    const Located<std::string>& mode = spec.*kind.field;
    const std::string_view other = joined_container(mode.value);
    if (mode.unresolved || other.empty()) continue;
    if (std::ranges::find(policy.declared_joins, other) != policy.declared_joins.end()) continue;
    const ContainerSpec* through = nullptr;
    if (is_host_namespace(spec, kind.field, through)) continue;
    findings.add(mode, concat(spec.label(), " joins the ", kind.noun, " of \"", other, "\""),
                 concat(advice(spec, {change::remove(mode.at)},
                               concat("remove ", kind.key, ": ", mode.value)),
                        ", or declare the join in the policy"));
  }
}

}  // namespace

extern constinit const Rule joined_namespace = {
    .name = "joined-namespace",
    .title = "another container's namespace is joined",
    .severity = Severity::low,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "Containers that share a network, process or IPC namespace are one target: an "
        "intruder in one reaches the loopback services, processes or shared memory of the "
        "other.",
    .remediation =
        "Give the container namespaces of its own. Where sharing is meant, as for a VPN or a "
        "debugging sidecar, declare the joined container in the policy.",
    .limits =
        "What the joined container is, is not known. Joining one that is itself on the host "
        "is reported by `host-network`, `host-pid` and `host-ipc`.",
    .references = {document("Docker documentation, container networks",
                            "https://docs.docker.com/engine/network/#container-networks")},
    .check = {check},
};

}  // namespace plimsoll::rules::container
