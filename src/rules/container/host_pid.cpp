#include "base/text.h"
#include "rules/rule.h"
#include "rules/support/namespaces.h"

namespace plimsoll::rules::container {
namespace {

void check(const ContainerSpec& spec, const Policy&, Findings& findings) {
  const ContainerSpec* through = nullptr;
  if (is_host_namespace(spec, &ContainerSpec::pid, through)) {
    const Change removal = change::remove(spec.pid.at);
    Finding& finding = findings.add(
        spec.pid,
        through == nullptr
            ? concat(spec.label(), " shares the host's processes")
            : concat(spec.label(), " shares the host's processes by joining ", through->label()),
        concat("remove pid: ", spec.pid.value));
    // Of services that share it the one on the host decides, and a person for all of them.
    if (through == nullptr && !is_joined(spec, &ContainerSpec::pid)) {
      finding.fix = unsafe_fix({removal});
    }
  }
}

}  // namespace

extern constinit const Rule host_pid = {
    .name = "host-pid",
    .title = "the host's processes are visible",
    .severity = Severity::high,
    .topic = "isolation",
    .subjects = {Subject::container},
    .rationale =
        "In the host's process namespace a container sees every process of the host with its "
        "arguments and environment, and signals those of its own user; with a little more "
        "(SYS_PTRACE) it takes them over.",
    .remediation =
        "Remove `pid: host`. To watch one other container, join that one: `pid: "
        "service:NAME`.",
    .limits =
        "Containers of the project are followed when they join each other (`service:NAME`, "
        "`container:NAME`), others are not seen.",
    .references = {cis("5.16")},
    .check = {check},
    .fix = Certainty::unsafe,
};

}  // namespace plimsoll::rules::container
